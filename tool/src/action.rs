//! `ami action`: sends an action and prints its answer.

use std::ffi::OsString;
use std::io::Write;

use clap::Args;
use clap::builder::{NonEmptyStringValueParser, OsStringValueParser, TypedValueParser};
use embedded_ami::action::Raw;

use crate::connection;
use crate::failure::Failure;
use crate::output::{Format, Printer};

#[derive(Args)]
pub(crate) struct Options {
    /// Name of the action, for example CoreSettings
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    name: String,
    /// Headers of the action, for example Channel=SIP/7
    #[arg(value_name = "HEADER=VALUE", value_parser = OsStringValueParser::new().try_map(header))]
    headers: Vec<(String, Vec<u8>)>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    connection: connection::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    options.connection.run(&options.format, |settings, printer| {
        let headers: Vec<_> = options.headers.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let mut client = settings.log_in("off", printer)?;
        match client.list(&Raw::new(&options.name, &headers)) {
            Ok(mut list) => {
                printer.message(&list.response())?;
                list.by_ref().try_for_each(|entry| printer.answer(entry, Printer::message))?;
                list.completion().map_or(Ok(()), |completion| printer.message(&completion))?;
            }
            Err(error) => printer.answer(Err(error), Printer::message)?,
        }
        Ok(printer.out.flush()?)
    })
}

/// Splits `Header=Value` at the first equals sign. The value may be any bytes.
fn header(text: OsString) -> Result<(String, Vec<u8>), &'static str> {
    let bytes = text.as_encoded_bytes();
    let equals = bytes.iter().position(|&byte| byte == b'=').ok_or("not of the form Header=Value")?;
    let name = std::str::from_utf8(&bytes[..equals]).map_err(|_| "the name of the header is not UTF-8")?;
    Ok((name.into(), bytes[equals + 1..].into()))
}
