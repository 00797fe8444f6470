//! `ami profiles`: lists the profiles of the configuration files.

use clap::Args;

use crate::failure::Failure;

#[derive(Args)]
pub(crate) struct Options {}

pub(crate) fn run(_options: &Options) -> Result<(), Failure> {
    Err(Failure::Usage("not there yet".into()))
}
