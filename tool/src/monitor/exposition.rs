//! The text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write;

/// The labels of a sample: names and values.
pub(crate) type Labels<'a> = &'a [(&'a str, &'a str)];

/// A text of metrics. Every sample has the labels of the text besides its own.
pub(crate) struct Exposition {
    text: String,
    /// The labels of all samples, as the format writes them.
    common: String,
}

/// The samples of one metric.
pub(crate) struct Family<'e> {
    exposition: &'e mut Exposition,
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    samples: BTreeMap<String, f64>,
}

impl Exposition {
    /// Makes an empty text. A tag becomes the label `pbx` of every sample.
    pub(crate) fn new(tag: Option<&str>) -> Self {
        let common = tag.map(|tag| label("pbx", tag)).unwrap_or_default();
        Self { text: String::new(), common }
    }

    /// Begins a metric that can go up and down. Without samples, it is left out.
    pub(crate) fn gauge(&mut self, name: &'static str, help: &'static str) -> Family<'_> {
        Family { exposition: self, name, kind: "gauge", help, samples: BTreeMap::new() }
    }

    /// Begins a metric that only grows until the server restarts. Without samples, it is left out.
    pub(crate) fn counter(&mut self, name: &'static str, help: &'static str) -> Family<'_> {
        Family { exposition: self, name, kind: "counter", help, samples: BTreeMap::new() }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

impl Family<'_> {
    /// Adds a sample. If there is one with the same labels, which the format forbids, the lower of
    /// the two is kept: of two registrations with one name, the one that failed.
    pub(crate) fn sample(&mut self, labels: Labels<'_>, value: f64) -> &mut Self {
        let own = labels.iter().map(|(name, value)| label(name, value));
        let common = Some(self.exposition.common.clone()).filter(|common| !common.is_empty());
        let all: Vec<_> = own.chain(common).collect();
        self.samples.entry(all.join(",")).and_modify(|old| *old = old.min(value)).or_insert(value);
        self
    }

    /// Adds a sample without labels of its own, if there is a value.
    pub(crate) fn optional(&mut self, value: Option<f64>) {
        value.into_iter().for_each(|value| {
            self.sample(&[], value);
        });
    }
}

/// Writes the samples, sorted by their labels.
impl Drop for Family<'_> {
    fn drop(&mut self) {
        if self.samples.is_empty() {
            return;
        }
        let Self { exposition, name, kind, help, samples } = self;
        // Writing to a string does not fail.
        let _ = writeln!(exposition.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in samples {
            let _ = match labels.is_empty() {
                true => writeln!(exposition.text, "{name} {value}"),
                false => writeln!(exposition.text, "{name}{{{labels}}} {value}"),
            };
        }
    }
}

/// Writes a label. Its value may be any text.
fn label(name: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{name}=\"{value}\"")
}
