//! `kenes serve`.
use std::path::Path;
use std::process::ExitCode;
use super::args::ServeArgs;
pub(super) fn run(_root: &Path, _args: &ServeArgs) -> ExitCode { ExitCode::SUCCESS }
