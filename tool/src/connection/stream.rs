use std::io::{self, Read, Write};
use std::net::TcpStream;

use super::Recorder;
use super::tls::TlsStream;
use super::transcript::Transcript;

/// A connection to the server.
pub(crate) struct Stream {
    transport: Transport,
    /// Shows the bytes, with `--verbose`.
    transcript: Option<Box<Transcript>>,
    /// Records the bytes that are received.
    recorder: Option<Recorder>,
}

/// A connection without or with TLS. Its reads and writes time out soon.
pub(super) enum Transport {
    Tcp(TcpStream),
    Tls(Box<TlsStream>),
}

impl Stream {
    pub(super) fn new(transport: Transport, transcript: Option<Transcript>) -> Self {
        Self { transport, transcript: transcript.map(Box::new), recorder: None }
    }

    /// Records the bytes that are received from now on, if there is a recorder.
    pub(super) fn recorded_by(self, recorder: Option<&Recorder>) -> Self {
        recorder.inspect(|recorder| recorder.begin());
        Self { recorder: recorder.cloned(), ..self }
    }
}

#[cfg(unix)]
impl Stream {
    /// Makes reads and writes fail instead of waiting.
    #[cfg(feature = "session")]
    pub(crate) fn set_nonblocking(&self) -> io::Result<()> {
        self.socket().set_nonblocking(true)
    }

    fn socket(&self) -> &TcpStream {
        match &self.transport {
            Transport::Tcp(stream) => stream,
            Transport::Tls(stream) => stream.socket(),
        }
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for Stream {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.socket().as_fd()
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = match &mut self.transport {
            Transport::Tcp(stream) => stream.read(buffer),
            Transport::Tls(stream) => stream.read(buffer),
        }?;
        if let Some(transcript) = &mut self.transcript {
            transcript.received(buffer.get(..length).unwrap_or_default());
        }
        if let Some(recorder) = &self.recorder {
            recorder.record(buffer.get(..length).unwrap_or_default());
        }
        Ok(length)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = match &mut self.transport {
            Transport::Tcp(stream) => stream.write(bytes),
            Transport::Tls(stream) => stream.write(bytes),
        }?;
        if let Some(transcript) = &mut self.transcript {
            transcript.sent(bytes.get(..length).unwrap_or_default());
        }
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.transport {
            Transport::Tcp(stream) => stream.flush(),
            Transport::Tls(stream) => stream.flush(),
        }
    }
}
