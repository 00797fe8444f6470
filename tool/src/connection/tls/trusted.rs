//! Decides for rustls whether a server is trusted, and explains why not.

use std::error::Error;
use std::path::Path;
use std::str;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};
use x509_cert::der::oid::db::{rfc4519::COMMON_NAME, rfc5280::ID_CE_SUBJECT_ALT_NAME};
use x509_cert::der::{Decode, Encode};
use x509_cert::{Certificate, time::Time};

/// The certificates that the user trusts. A server's certificate is accepted if it is valid now and
/// for the host's name, and if
///
/// - it is one of them, byte for byte. It may then be a CA certificate, as `openssl req -x509`
///   makes them, or have its name in the Common Name only and be of X.509 version 1, as
///   `ast_tls_cert` makes them. Or if
/// - one of them has signed it, by the rules of webpki, which refuses all that.
#[derive(Debug)]
pub struct Trusted {
    source: String,
    certificates: Vec<CertificateDer<'static>>,
    signed: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
}

impl Trusted {
    /// Reads the certificates of a PEM file. Other things in the file are ignored.
    pub fn from_pem_file(
        path: impl AsRef<Path>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Box<dyn Error>> {
        let path = path.as_ref();
        let in_file = |error: &dyn Error| format!("{}: {error}", path.display());
        let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
        let certificates: Vec<CertificateDer<'_>> = certificates.map_err(|error| in_file(&error))?;
        let mut roots = RootCertStore::empty();
        for certificate in &certificates {
            roots.add(certificate.clone()).map_err(|error| in_file(&error))?;
        }
        if certificates.is_empty() {
            let path = path.display();
            return Err(format!("{path}: contains no certificate (-----BEGIN CERTIFICATE-----)").into());
        }
        Self::new(path.display().to_string(), certificates, roots, provider)
    }

    /// Trusts these certificates, and those that the roots have signed. `source` tells the user
    /// where they come from.
    pub fn new(
        source: String,
        certificates: Vec<CertificateDer<'static>>,
        roots: RootCertStore,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Box<dyn Error>> {
        let signed =
            WebPkiServerVerifier::builder_with_provider(roots.into(), Arc::clone(&provider)).build()?;
        Ok(Self { source, certificates, signed, provider })
    }

    /// Returns the path of the file, or the name of another source.
    pub fn source(&self) -> &str {
        &self.source
    }
}

impl ServerCertVerifier for Trusted {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if !self.certificates.contains(certificate) {
            return self.signed.verify_server_cert(certificate, intermediates, name, ocsp_response, now);
        }
        let parsed = parse(certificate)?;
        let parsed = parsed.tbs_certificate();
        let [not_before, not_after] =
            [parsed.validity().not_before, parsed.validity().not_after].map(unix_time);
        if now < not_before {
            return Err(CertificateError::NotValidYetContext { time: now, not_before }.into());
        }
        if now > not_after {
            return Err(CertificateError::ExpiredContext { time: now, not_after }.into());
        }
        if parsed
            .extensions()
            .into_iter()
            .flatten()
            .any(|extension| extension.extn_id == ID_CE_SUBJECT_ALT_NAME)
        {
            verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        let attributes = parsed.subject().iter();
        let names = attributes.filter(|attribute| attribute.oid == COMMON_NAME);
        let names: Vec<&str> = names.filter_map(|name| str::from_utf8(name.value.value()).ok()).collect();
        if names.iter().any(|common_name| common_name.eq_ignore_ascii_case(&name.to_str())) {
            return Ok(ServerCertVerified::assertion());
        }
        let presented = names.into_iter().map(str::to_owned).collect();
        Err(CertificateError::NotValidForNameContext { expected: name.to_owned(), presented }.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.signed.verify_tls12_signature(message, certificate, signature)
    }

    /// Verifies a signature with the key of the certificate, which may be of any version.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let key = parse(certificate)?.tbs_certificate().subject_public_key_info().to_der();
        let key = key.map_err(|_| CertificateError::BadEncoding)?.into();
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature_with_raw_key(message, &key, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.signed.supported_verify_schemes()
    }
}

fn parse(certificate: &CertificateDer<'_>) -> Result<Certificate, CertificateError> {
    Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)
}

fn unix_time(time: Time) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(time.to_unix_duration().as_secs()))
}
