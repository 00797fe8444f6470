//! The contents of configuration files in the responses to `GetConfig` and `ListCategories`.

use core::fmt;

use super::views::{GetConfig, ListCategories};
use crate::wire::{Header, Headers, Split, Value};

/// One header of [`GetConfig`] or [`ListCategories`], parsed. Categories and lines are numbered
/// from 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Entry<'a> {
    /// `Category-000000: name`
    Category {
        /// The number of the category.
        category: u32,
        /// The name of the category.
        name: Value<'a>,
    },
    /// `IsTemplate-000000: 1`; Asterisk 12.7 and later.
    IsTemplate {
        /// The number of the category.
        category: u32,
        /// Whether the category is a template.
        is: bool,
    },
    /// `Templates-000000: a,b`; Asterisk 12.7 and later.
    Templates {
        /// The number of the category.
        category: u32,
        /// The names of the templates that the category inherits from, separated by commas.
        names: Value<'a>,
    },
    /// `Line-000000-000001: variable=value`
    Line {
        /// The number of the category.
        category: u32,
        /// The number of the line in the category.
        line: u32,
        /// The text before the first `=`.
        variable: Value<'a>,
        /// The text after the first `=`; empty if there is none.
        value: Value<'a>,
    },
}

impl<'a> Entry<'a> {
    fn from_header(header: &Header<'a>) -> Option<Self> {
        let name = Value::new(header.name().filter(|_| !header.is_cut())?);
        let (kind, number) = name.split_once(b'-')?;
        let value = header.value();
        let is = |own| kind.eq_ignore_ascii_case(own);
        if is("Line") {
            let (category, line) = number.split_once(b'-')?;
            let (variable, value) = value.split_once(b'=').unwrap_or((value, Value::default()));
            return Some(Entry::Line { category: category.to_u32()?, line: line.to_u32()?, variable, value });
        }
        let category = number.to_u32()?;
        if is("Category") {
            Some(Entry::Category { category, name: value })
        } else if is("IsTemplate") {
            Some(Entry::IsTemplate { category, is: value.is_true() })
        } else if is("Templates") {
            Some(Entry::Templates { category, names: value })
        } else {
            None
        }
    }

    /// Returns the number of the category that the entry names or belongs to.
    pub const fn category(&self) -> u32 {
        match *self {
            Entry::Category { category, .. }
            | Entry::IsTemplate { category, .. }
            | Entry::Templates { category, .. }
            | Entry::Line { category, .. } => category,
        }
    }
}

impl fmt::Debug for Entry<'_> {
    /// Leaves out the contents of lines, which may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (variant, field, value): (_, _, &dyn fmt::Debug) = match self {
            Entry::Category { name, .. } => ("Category", "name", name),
            Entry::IsTemplate { is, .. } => ("IsTemplate", "is", is),
            Entry::Templates { names, .. } => ("Templates", "names", names),
            Entry::Line { line, .. } => ("Line", "line", line),
        };
        let mut shown = f.debug_struct(variant);
        shown.field("category", &self.category()).field(field, value);
        match self {
            Entry::Line { .. } => shown.finish_non_exhaustive(),
            _ => shown.finish(),
        }
    }
}

/// An iterator over the parsed headers, from [`GetConfig::entries`].
#[derive(Debug, Clone)]
pub struct Entries<'a>(Headers<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.0.find_map(|header| Entry::from_header(&header))
    }
}

impl<'a> GetConfig<'a> {
    /// Returns an iterator over the categories, in the order of their headers. It is empty if the
    /// action asked for a `Category` that does not exist.
    ///
    /// ```
    /// use embedded_ami::event::response::GetConfig;
    /// # let message = embedded_ami::wire::Message::parse(
    /// #     b"Response: Success\r\nActionID: 1\r\nCategory-000000: general\r\n\
    /// #     Line-000000-000000: bindport=5060\r\n\
    /// #     Category-000001: alice\r\nTemplates-000001: phone\r\n\
    /// #     Line-000001-000000: secret=x=y\r\n\r\n").unwrap();
    /// let config = GetConfig::from_message(&message).unwrap();
    /// let alice = config.categories().find(|category| category.name() == "alice").unwrap();
    /// assert!(alice.templates().is_some_and(|mut names| names.any(|name| name == "phone")));
    /// assert!(alice.get("secret").is_some_and(|value| value == "x=y"));
    /// assert_eq!(config.categories().flat_map(|category| category.lines()).count(), 2);
    /// ```
    pub fn categories(&self) -> Categories<'a> {
        Categories { rest: self.entries(), all: self.entries() }
    }

    /// Returns an iterator over the parsed headers, in order.
    ///
    /// Use it for a file that comes in parts, where a part may have a category without all of its
    /// lines. Use it also for very large files, because [`categories`](GetConfig::categories) reads
    /// every header once for each category.
    ///
    /// ```
    /// use embedded_ami::event::response::{Entry, GetConfig};
    /// # let message = embedded_ami::wire::Message::parse(
    /// #     b"Response: Success\r\nActionID: 1\r\nCategory-000000: general\r\n\
    /// #     Line-000000-000000: bindport=5060\r\n\r\n").unwrap();
    /// for entry in GetConfig::from_message(&message).unwrap().entries() {
    ///     match entry {
    ///         Entry::Category { category, name } => assert!(category == 0 && name == "general"),
    ///         Entry::Line { line, variable, value, .. } => {
    ///             assert!(line == 0 && variable == "bindport" && value == "5060");
    ///         }
    ///         _ => {}
    ///     }
    /// }
    /// ```
    pub fn entries(&self) -> Entries<'a> {
        Entries(self.message().headers())
    }
}

/// An iterator over the categories of a file, from [`GetConfig::categories`].
#[derive(Debug, Clone)]
pub struct Categories<'a> {
    rest: Entries<'a>,
    all: Entries<'a>,
}

impl<'a> Iterator for Categories<'a> {
    type Item = Category<'a>;

    fn next(&mut self) -> Option<Category<'a>> {
        self.rest.find_map(|entry| match entry {
            Entry::Category { category, name } => {
                Some(Category { all: self.all.clone(), number: category, name })
            }
            _ => None,
        })
    }
}

/// A category of a configuration file, from [`GetConfig::categories`]. Its lines are looked up
/// anywhere in the message.
#[derive(Clone)]
pub struct Category<'a> {
    all: Entries<'a>,
    number: u32,
    name: Value<'a>,
}

impl<'a> Category<'a> {
    /// Returns the number of the category, from 0.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the name of the category. Several categories may have the same name.
    pub fn name(&self) -> Value<'a> {
        self.name
    }

    /// Returns whether the category is a template. Asterisk 12.7 and later report that.
    pub fn is_template(&self) -> bool {
        self.own().any(|entry| matches!(entry, Entry::IsTemplate { is: true, .. }))
    }

    /// Returns the names of the templates that the category inherits from, or `None` if there are
    /// none. Asterisk 12.7 and later report them.
    pub fn templates(&self) -> Option<Split<'a>> {
        self.own().find_map(|entry| match entry {
            Entry::Templates { names, .. } => Some(names.split(b',')),
            _ => None,
        })
    }

    /// Returns an iterator over the lines, as pairs of variable and value. Variables may repeat.
    pub fn lines(&self) -> ConfigLines<'a> {
        ConfigLines { entries: self.all.clone(), category: self.number }
    }

    /// Returns the value of the first line with that variable. ASCII case is ignored, as in most
    /// of Asterisk.
    pub fn get(&self, variable: &str) -> Option<Value<'a>> {
        self.lines().find(|(own, _)| own.eq_ignore_ascii_case(variable)).map(|(_, value)| value)
    }

    fn own(&self) -> impl Iterator<Item = Entry<'a>> {
        let number = self.number;
        self.all.clone().filter(move |entry| entry.category() == number)
    }
}

impl fmt::Debug for Category<'_> {
    /// Prints number and name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Category")
            .field("number", &self.number)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// An iterator over the lines of a category, from [`Category::lines`].
#[derive(Debug, Clone)]
pub struct ConfigLines<'a> {
    entries: Entries<'a>,
    category: u32,
}

impl<'a> Iterator for ConfigLines<'a> {
    type Item = (Value<'a>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.entries.find_map(|entry| match entry {
            Entry::Line { category, variable, value, .. } if category == self.category => {
                Some((variable, value))
            }
            _ => None,
        })
    }
}

impl<'a> ListCategories<'a> {
    /// Returns an iterator over the names, in order. For an empty file it is empty; Asterisk then
    /// adds a header `Error` to the `Success`.
    pub fn names(&self) -> CategoryNames<'a> {
        CategoryNames(Entries(self.message().headers()))
    }
}

/// An iterator over the names of categories, from [`ListCategories::names`].
#[derive(Debug, Clone)]
pub struct CategoryNames<'a>(Entries<'a>);

impl<'a> Iterator for CategoryNames<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.0.find_map(|entry| match entry {
            Entry::Category { name, .. } => Some(name),
            _ => None,
        })
    }
}
