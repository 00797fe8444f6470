//! The options for TLS, and the file of a new certificate.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use embedded_ami_pbx::{Builder, Tls};

use super::replaced::Replaced;
use super::unusable;
use crate::failure::Failure;

#[derive(Args)]
#[command(next_help_heading = "TLS")]
pub(super) struct TlsOptions {
    /// Serve TLS, with the certificate in this PEM file
    #[arg(long, value_name = "FILE", conflicts_with = "tls_self_signed")]
    tls_cert: Option<PathBuf>,
    /// PEM file with the private key [default: the file of --tls-cert]
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Serve TLS, with a new certificate for localhost, 127.0.0.1 and ::1 that is
    /// written to this PEM file for the clients to trust; of files that exist,
    /// only a certificate is replaced
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    tls_self_signed: Option<PathBuf>,
}

impl TlsOptions {
    /// Sets up TLS if an option asks for it. Returns the certificate that a file will receive.
    pub(super) fn apply(&self, builder: Builder) -> Result<(Builder, Option<Certificate<'_>>), Failure> {
        if let Some(certificate) = &self.tls_cert {
            let key = self.tls_key.as_ref().unwrap_or(certificate);
            Ok((builder.tls(Tls::from_files(certificate, key).map_err(unusable)?), None))
        } else if let Some(path) = &self.tls_self_signed {
            let (tls, pem) = Tls::self_signed().map_err(unusable)?;
            let certificate = Certificate::new(path, pem)?;
            Ok((builder.tls(tls), Some(certificate)))
        } else {
            Ok((builder, None))
        }
    }
}

/// A new certificate and the file for it.
pub(super) struct Certificate<'a> {
    path: &'a Path,
    file: Replaced,
    pem: String,
}

impl<'a> Certificate<'a> {
    /// Opens the file. Refuses a file with anything but a certificate, because a private key, for
    /// example, could not be restored.
    fn new(path: &'a Path, pem: String) -> Result<Self, Failure> {
        let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
        if is_file && !is_replaceable(path).map_err(|error| unusable(named(path, &error)))? {
            let reason = "the file exists and is not one certificate in PEM format, so it is not replaced";
            return Err(Failure::Usage(format!("{}: {reason}", path.display())));
        }
        let file = Replaced::open(path).map_err(|error| unwritable(path, &error))?;
        Ok(Self { path, file, pem })
    }

    pub(super) fn write(&self) -> Result<(), Failure> {
        let written = (&self.file).write_all(self.pem.as_bytes());
        written.map_err(|error| unwritable(self.path, &error))
    }

    /// Keeps the file, if it is new.
    pub(super) fn keep(&self) {
        self.file.keep();
    }
}

/// Returns whether the file is empty or has one certificate and nothing else.
fn is_replaceable(path: &Path) -> io::Result<bool> {
    use std::io::Read;

    /// More bytes than a certificate has.
    const MOST: u64 = 64 * 1024;

    let mut content = Vec::new();
    File::open(path)?.take(MOST).read_to_end(&mut content)?;
    let text = content.trim_ascii();
    let body = text
        .strip_prefix(b"-----BEGIN CERTIFICATE-----")
        .and_then(|text| text.strip_suffix(b"-----END CERTIFICATE-----"));
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(byte);
    Ok(text.is_empty() || body.is_some_and(|body| body.iter().all(is_base64)))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Local(format!("cannot write to {}: {error}", path.display()))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
