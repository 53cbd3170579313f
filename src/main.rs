//! `kenes`: arguments in, exit code out.
#![forbid(unsafe_code)]

use std::process::ExitCode;

/// A build is mostly small texts that come and go on all threads; the system's allocator is
/// markedly slower at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kenes::cli::run()
}
