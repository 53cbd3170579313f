//! As much of HTTP as a measuring client needs: GET over one connection that is kept.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Failure;

pub struct Client {
    port: u16,
    stream: Option<BufReader<TcpStream>>,
    /// How long a server that does not listen yet is waited for.
    until: Instant,
}

impl Client {
    pub fn new(port: u16) -> Self {
        Self::patient(port, Instant::now())
    }

    /// One that waits for the server to listen.
    pub fn patient(port: u16, until: Instant) -> Self {
        Self { port, stream: None, until }
    }

    /// The text of a page; anything but 200 is a failure.
    pub fn get(&mut self, path: &str) -> Result<String, Failure> {
        let kept = self.stream.is_some();
        let (status, text) = match self.ask(path) {
            Ok(answer) => answer,
            // A kept connection may have been closed meanwhile.
            Err(_) if kept => {
                self.stream = None;
                self.ask(path)?
            }
            Err(error) => return Err(error),
        };
        if status == "200" { Ok(text) } else { Err(format!("{path} was answered by {status}").into()) }
    }

    /// The status, and the text.
    fn ask(&mut self, path: &str) -> Result<(String, String), Failure> {
        if self.stream.is_none() {
            self.stream = Some(self.connect()?);
        }
        let stream = self.stream.as_mut().ok_or("no connection")?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", self.port);
        stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let (mut length, mut closes) = (None, false);
        loop {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                return Err("the server closed in the middle of an answer".into());
            }
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = Some(value.trim().parse::<usize>()?),
                "connection" => closes = value.trim().eq_ignore_ascii_case("close"),
                _ => {}
            }
        }
        let mut body = vec![0; length.ok_or_else(|| format!("{path}: an answer of no length"))?];
        stream.read_exact(&mut body)?;
        if closes {
            self.stream = None;
        }
        Ok((status, String::from_utf8(body)?))
    }

    fn connect(&self) -> Result<BufReader<TcpStream>, Failure> {
        loop {
            match TcpStream::connect(("127.0.0.1", self.port)) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
                    return Ok(BufReader::with_capacity(64 * 1024, stream));
                }
                Err(error) if error.kind() == ErrorKind::ConnectionRefused && Instant::now() < self.until => {
                    sleep(Duration::from_millis(1));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
