use std::io::{self, Read, Write};
use std::net::TcpStream;

use super::Recorder;

/// A connection to the server.
pub(crate) enum Stream {
    /// Without TLS.
    Tcp(TcpStream),
    /// One whose received bytes are recorded.
    Recorded(Box<Stream>, Recorder),
}

impl Stream {
    /// Records the bytes that are received from now on, if there is a recorder.
    pub(super) fn recorded_by(self, recorder: Option<&Recorder>) -> Self {
        let Some(recorder) = recorder else { return self };
        recorder.begin();
        Self::Recorded(Box::new(self), recorder.clone())
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Recorded(stream, recorder) => {
                let n = stream.read(buffer)?;
                recorder.record(&buffer[..n]);
                Ok(n)
            }
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            Self::Recorded(stream, _) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.flush(),
            Self::Recorded(stream, _) => stream.flush(),
        }
    }
}
