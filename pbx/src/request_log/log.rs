//! The writer to which the requests go.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex};

use super::ReceivedRequest;
use crate::lock::lock;

/// A writer for the log of requests, which the copies of a [`Builder`](crate::Builder) share. It is
/// gone after an error.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<Option<Box<dyn Write + Send>>>>);

impl Log {
    pub(crate) fn new(writer: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(writer)))))
    }

    pub(super) fn write(&self, request: &ReceivedRequest) {
        let mut line = Vec::new();
        // A vector accepts every byte.
        let _ = request.write_json(&mut line);
        let mut writer = lock(&self.0);
        let written = writer.as_mut().map(|writer| writer.write_all(&line).and_then(|()| writer.flush()));
        if let Some(Err(error)) = written {
            *writer = None;
            eprintln!("embedded-ami-pbx: cannot write the log of requests, which ends here: {error}");
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}
