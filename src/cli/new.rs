//! `kenes new`.
use std::path::Path;
use std::process::ExitCode;
use super::args::NewArgs;
pub(super) fn run(_root: &Path, _args: &NewArgs) -> ExitCode { ExitCode::SUCCESS }
