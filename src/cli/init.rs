//! `kenes init`.
use std::process::ExitCode;
use super::args::InitArgs;
pub(super) fn run(_args: &InitArgs) -> ExitCode { ExitCode::SUCCESS }
