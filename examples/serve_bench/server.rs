//! `kenes serve` as a process: its port, its rest, its memory.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Failure;

/// How often it is looked whether a server works.
const LOOK: Duration = Duration::from_millis(100);

/// So many looks without work are rest.
const LOOKS: usize = 8;

/// A server that works on after this does so for ever.
const LONGEST: Duration = Duration::from_secs(300);

/// A server, ended when this is dropped.
pub struct Server {
    process: Child,
    port: u16,
}

/// Bytes in memory.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    pub now: u64,
    pub peak: u64,
}

impl Server {
    /// Starts one on a free port, and waits for nothing.
    pub fn start(kenes: &Path, folder: &Path, as_of: &str) -> Result<Self, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(kenes);
        command.arg("serve").arg("--root").arg(folder).args(["--as-of", as_of, "--port", &port.to_string()]);
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        Ok(Self { process, port })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits until it does nothing any more, whatever it does behind what it answers.
    pub fn rest(&self) -> Result<(), Failure> {
        let start = Instant::now();
        let (mut quiet, mut before) = (0, self.work());
        while quiet < LOOKS {
            sleep(LOOK);
            let now = self.work();
            // One tick of a hundredth of a second is none.
            quiet = if now > before + 1 { 0 } else { quiet + 1 };
            before = now;
            if start.elapsed() > LONGEST {
                return Err("the server never comes to rest".into());
            }
        }
        Ok(())
    }

    /// Ticks of the processor that it has used, in user and system; 0 where that cannot be told.
    fn work(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap_or_default();
        // Behind the name, which may have anything in it, from the third field on (`proc(5)`).
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_ascii_whitespace();
        fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
    }

    /// What it holds; 0 where that cannot be told.
    pub fn memory(&self) -> Memory {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let bytes = |name: &str| {
            let mut lines = status.lines();
            let value = lines.find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB"));
            value.and_then(|kib| kib.trim().parse::<u64>().ok()).map_or(0, |kib| kib * 1024)
        };
        Memory { now: bytes("VmRSS:"), peak: bytes("VmHWM:") }
    }

    /// Fails if it has ended.
    pub fn alive(&mut self) -> Result<(), Failure> {
        match self.process.try_wait()? {
            None => Ok(()),
            Some(status) => Err(format!("the server has ended: {status}").into()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
