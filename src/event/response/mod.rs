//! Responses with a payload, as views.
//!
//! That a response answers a `Getvar` only its sender knows: it does not say so. A view is therefore of any response, or part of
//! one, that is no error, and what the response does not have is `None`.
//!
//! ```
//! use embedded_ami::event::response::Getvar;
//! # use embedded_ami::wire::{Decoder, Role};
//! # let bytes = b"Response: Success\r\nActionID: 1\r\nVariable: CHANNEL(language)\r\nValue: en\r\n\r\n";
//! # let mut decoder = Decoder::new([0; 128], Role::Client).unwrap();
//! # decoder.space()[..bytes.len()].copy_from_slice(bytes);
//! # decoder.advance(bytes.len());
//! # let _ = decoder.poll();
//! # let message = decoder.message();
//! if let Some(getvar) = Getvar::of(&message) {
//!     assert!(getvar.value().is_some_and(|value| value == "en"));
//! }
//! ```
//!
//! The views of answers that have no limit, such as [`GetConfig`] and [`ListCommands`], iterate over what is in the message or part; what
//! is [cut](crate::wire::Header::is_cut) is not found, so an answer larger than the storage is either gathered, or read part by part
//! with a storage that has room for its longest line.

use core::fmt;

use crate::classes::Classes;
use crate::wire::{Header, Headers, Kind, Message, Output, Split, Value};

/// Is a response, and no error as far as it is known. `Failure` is what `JabberSend` of 1.4 says.
fn is_answer(message: &Message<'_>) -> bool {
    let is_error =
        |word: Value<'_>| word.eq_ignore_ascii_case("Error") || word.eq_ignore_ascii_case("Failure");
    message.kind() == Kind::Response && !message.name().is_some_and(is_error)
}

/// One view for each row.
macro_rules! responses {
    ($(
        $(#[doc = $doc:literal])*
        $View:ident $versions:literal
        {$($(#[doc = $fdoc:literal])* $field:ident: $kind:ident = $($header:literal)|+),* $(,)?}
        $(=> $is:ident)?
    )*) => {
        $(
            $(#[doc = $doc])*
            ///
            #[doc = concat!($versions, ".")]
            #[derive(Clone, Copy)]
            pub struct $View<'a>(Message<'a>);

            impl<'a> $View<'a> {
                responses!(@of $($is)?);

                /// The message it is a view of.
                pub fn message(&self) -> Message<'a> {
                    self.0
                }

                $(
                    $(#[doc = $fdoc])*
                    ///
                    #[doc = concat!($("`", $header, "` "),+)]
                    pub fn $field(&self) -> field!($kind, 'a) {
                        read_field!($kind, self.0, [$($header)+])
                    }
                )*
            }

            impl core::fmt::Debug for $View<'_> {
                fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                    self.0.fmt(f)
                }
            }
        )*

        /// The table, for the test that walks it: view, and its fields with kind and headers, and what each gives.
        #[cfg(test)]
        const ROWS: &[Row] = &[$(Row {
            view: stringify!($View),
            fields: &[$((stringify!($field), stringify!($kind), &[$($header),+])),*],
            read: |message| {
                let view = $View::of(&message).expect("a response");
                let _ = &view;
                std::vec![$(std::format!("{:?}", view.$field())),*]
            },
        }),*];
    };
    (@of) => { responses!(@of is_answer); };
    (@of $is:ident) => {
        /// The view of a response; `None` for an error, and for what is no response.
        pub fn of(message: &Message<'a>) -> Option<Self> {
            $is(message).then_some(Self(*message))
        }
    };
}

#[cfg(test)]
struct Row {
    view: &'static str,
    fields: &'static [(&'static str, &'static str, &'static [&'static str])],
    read: fn(Message<'_>) -> std::vec::Vec<std::string::String>,
}

/// Hands the table to a macro.
macro_rules! responses_table {
    ($expand:ident) => {
        $expand! {
        /// Of `Ping`. Up to Asterisk 1.4 the whole answer is `Response: Pong`.
        Ping "All versions" {
            /// `Pong`; Asterisk 1.6.0 and later.
            pong: text = "Ping",
            /// The time at the server, since 1970; Asterisk 1.8 and later.
            timestamp: seconds = "Timestamp",
        }

        /// Of `Challenge`.
        Challenge "All versions" {
            /// What is hashed together with the secret.
            challenge: text = "Challenge",
        }

        /// Of `Events`. Up to Asterisk 1.4 the whole answer is `Response: Events On` or `Response: Events Off`.
        Events "All versions" {
            /// `On` or `Off`; Asterisk 1.6.0 and later. [`is_on`](Events::is_on) knows both forms.
            events: text = "Events",
        }

        /// Of `Getvar`.
        Getvar "Asterisk 1.2 and later" {
            /// The variable or function asked for.
            variable: text = "Variable",
            /// Its value, empty if it is not set; line ends and all other bytes as they are.
            value: text = "Value",
        }

        /// Of `MailboxStatus`.
        MailboxStatus "All versions" {
            /// The mailbox asked for.
            mailbox: text = "Mailbox",
            /// Not 0 if there are new messages.
            waiting: number = "Waiting",
        }

        /// Of `MailboxCount`.
        MailboxCount "All versions" {
            /// The mailbox asked for.
            mailbox: text = "Mailbox",
            /// Urgent messages; Asterisk 1.6.2 and later.
            urgent: number = "UrgMessages",
            /// New messages.
            new_messages: number = "NewMessages",
            /// Old messages.
            old_messages: number = "OldMessages",
        }

        /// Of `ExtensionState`.
        ExtensionState "All versions" {
            /// The extension asked for.
            exten: text = "Exten",
            /// Its context.
            context: text = "Context",
            /// The hint, as in `PJSIP/7&Custom:lamp`; empty without one.
            hint: text = "Hint",
            /// The state.
            status: ExtensionState = "Status",
            /// The state in words; Asterisk 13 and later.
            status_text: text = "StatusText",
        }

        /// Of `PresenceState`.
        PresenceState "Asterisk 11 and later" {
            /// The state, as in `away`.
            state: text = "State",
            /// The subtype, as its provider set it.
            subtype: text = "Subtype",
        }

        /// Of `CoreSettings`.
        CoreSettings "Asterisk 1.6.0 and later" {
            /// The version of the interface, which the banner says, too.
            ami_version: text = "AMIversion",
            /// The version of Asterisk.
            asterisk_version: text = "AsteriskVersion",
            /// The name of the system, empty if it has none.
            system_name: text = "SystemName",
            /// The most calls at once; 0 is no limit.
            max_calls: number = "CoreMaxCalls",
            /// The load average above which no call is taken, with six decimals; 0 is no limit.
            max_load_average: text = "CoreMaxLoadAvg",
            /// The user it runs as, empty if it was not told one.
            run_user: text = "CoreRunUser",
            /// The group it runs as, empty if it was not told one.
            run_group: text = "CoreRunGroup",
            /// The most open files; 0 is as many as the system has.
            max_filehandles: number = "CoreMaxFilehandles",
            /// Realtime configuration is on.
            realtime_enabled: flag = "CoreRealTimeEnabled",
            /// Call detail records are on.
            cdr_enabled: flag = "CoreCDRenabled",
            /// The web server is on.
            http_enabled: flag = "CoreHTTPenabled",
            /// Sounds are looked for in a folder of one's own first; some releases of 16 and later.
            sounds_search_custom_dir: flag = "SoundsSearchCustomDir",
        }

        /// Of `CoreStatus`.
        CoreStatus "Asterisk 1.6.0 and later" {
            /// The day it was started, as in `2026-11-23`; some releases of 1.6 and later.
            startup_date: text = "CoreStartupDate",
            /// When on that day, as in `14:22:10`: [`Value::to_clock`].
            startup_time: text = "CoreStartupTime",
            /// The day of the last reload.
            reload_date: text = "CoreReloadDate",
            /// When on that day.
            reload_time: text = "CoreReloadTime",
            /// Calls at this moment.
            current_calls: number = "CoreCurrentCalls",
            /// Calls since it was started; some releases of 18 and later.
            processed_calls: number = "CoreProcessedCalls",
        }

        /// Of `ModuleCheck`: any answer but an error says that the module is loaded.
        ModuleCheck "Asterisk 1.6.0 and later" {
            /// The version of the module's source; empty in new versions.
            version: text = "Version",
        }

        /// Of `QueueRule`. Up to Asterisk 1.8.4 it is no response but these headers alone.
        QueueRule "Asterisk 1.6.0 and later" {} => is_rules

        /// Of `GetConfig`: a configuration file.
        GetConfig "Asterisk 1.4 and later" {}

        /// Of `GetConfigJSON`: a configuration file in one line, which is as long as the file.
        GetConfigJson "Asterisk 1.6.0 and later" {
            /// The line. It may be neither valid JSON (up to Asterisk 10) nor UTF-8, and members may repeat.
            json: text = "JSON",
        }

        /// Of `ListCategories`: the categories of a configuration file.
        ListCategories "Asterisk 1.6.0 and later" {}

        /// Of `ListCommands`: the actions that the user may do.
        ListCommands "All versions" {}

        /// Of `SIPshowpeer`: the settings and state of a peer. More of them, named `SIP-...`, are found by name.
        SIPshowpeer "Asterisk 1.2 to 20" {
            /// The type of the channels, `SIP`.
            channel_type: text = "Channeltype",
            /// The name of the peer.
            object_name: text = "ObjectName",
            /// What it is, as in `peer`.
            object_type: text = "ChanObjectType",
            /// Whether it has a secret.
            has_secret: flag = "SecretExist",
            /// Whether it has an MD5 secret.
            has_md5_secret: flag = "MD5SecretExist",
            /// Whether it has a secret for calls to it; Asterisk 11 and later.
            has_remote_secret: flag = "RemoteSecretExist",
            /// The context of its calls.
            context: text = "Context",
            /// The language of prompts.
            language: text = "Language",
            /// What its call detail records are for.
            ama_flags: AmaFlags = "AMAflags",
            /// Whether its number is shown, in words.
            calling_pres: text = "CID-CallingPres",
            /// The groups that a call to it belongs to.
            call_group: text = "Callgroup",
            /// The groups whose calls it may pick up.
            pickup_group: text = "Pickupgroup",
            /// The mailbox.
            voice_mailbox: text = "VoiceMailbox",
            /// The most calls at once.
            call_limit: number = "Call-limit" | "Incominglimit",
            /// The most calls to it at once, in the document of Asterisk 1.4.
            outgoing_limit: number = "Outgoinglimit",
            /// Whether it registers.
            is_dynamic: flag = "Dynamic",
            /// The caller id: [`Value::caller_id`].
            caller_id: text = "Callerid",
            /// When its registration expires, as in `3600 seconds`.
            reg_expire: text = "RegExpire" | "RegExpiry",
            /// The domain in `From`.
            from_domain: text = "SIP-FromDomain",
            /// The user in `From`.
            from_user: text = "SIP-FromUser",
            /// Whether an ACL restricts it.
            has_acl: flag = "ACL",
            /// The address; empty or `(null)` without one.
            address_ip: text = "Address-IP",
            /// The port.
            address_port: number = "Address-Port",
            /// The address for when it has not registered.
            default_address_ip: text = "Default-addr-IP",
            /// The port for when it has not registered.
            default_address_port: number = "Default-addr-port",
            /// The user name for when it has not registered.
            default_username: text = "Default-Username",
            /// The codecs.
            codecs: text = "Codecs",
            /// The order of codecs; up to Asterisk 12.
            codec_order: text = "CodecOrder",
            /// Whether it can be reached, as in `OK (12 ms)`.
            status: text = "Status",
            /// What it says it is.
            user_agent: text = "SIP-Useragent",
            /// Where it has registered.
            reg_contact: text = "Reg-Contact",
            /// What it is for; Asterisk 10 and later.
            description: text = "Description",
        }

        /// Of `Command`: what the console printed. Also of a command that failed, which only Asterisk 14 and later tell apart.
        Command "All versions" {} => is_command
            }
    };
}
pub(crate) use responses_table as table;

self::table!(responses);

impl Ping<'_> {
    /// The answer says `Pong`, in either form.
    pub fn is_pong(&self) -> bool {
        self.pong().or(self.0.name()).is_some_and(|word| word.eq_ignore_ascii_case("Pong"))
    }
}

impl Events<'_> {
    /// Events are on, or off, in either form; `None` if the answer does not say.
    pub fn is_on(&self) -> Option<bool> {
        let word = self.events().or(self.0.name())?;
        let is = |words: [&str; 2]| words.iter().any(|own| word.eq_ignore_ascii_case(own));
        if is(["On", "Events On"]) {
            Some(true)
        } else if is(["Off", "Events Off"]) {
            Some(false)
        } else {
            None
        }
    }
}

impl MailboxStatus<'_> {
    /// There are new messages.
    pub fn is_waiting(&self) -> Option<bool> {
        self.waiting().map(|messages| messages != 0)
    }
}

impl<'a> PresenceState<'a> {
    /// The message, as its provider set it.
    ///
    /// `PresenceMessage`, and in older releases the second `Message`
    pub fn presence_message(&self) -> Option<Value<'a>> {
        self.0.get("PresenceMessage").or_else(|| self.0.get_all("Message").nth(1))
    }
}

impl<'a> Command<'a> {
    /// The command failed: Asterisk 14 and later. Up to 13, a failure is text like any other.
    pub fn has_failed(&self) -> bool {
        self.0.name().is_some_and(|word| word.eq_ignore_ascii_case("Error"))
    }

    /// What it printed: [`Message::output`].
    pub fn lines(&self) -> Output<'a> {
        self.0.output()
    }
}

fn is_command(message: &Message<'_>) -> bool {
    is_answer(message) || message.kind() == Kind::Response && message.has_output()
}

// ------------------------------------------------------------------------------------------------ QueueRule

fn is_rules(message: &Message<'_>) -> bool {
    let is_list = |header: Header<'_>| header.is("RuleList") || header.is("Rule");
    is_answer(message) || message.kind() == Kind::Other && message.headers().any(is_list)
}

impl<'a> QueueRule<'a> {
    /// The lists of rules.
    ///
    /// `RuleList`, each with the `Rule`s that follow it
    pub fn lists(&self) -> RuleLists<'a> {
        RuleLists(self.0.headers())
    }
}

/// The iterator of [`QueueRule::lists`].
#[derive(Debug, Clone)]
pub struct RuleLists<'a>(Headers<'a>);

impl<'a> Iterator for RuleLists<'a> {
    type Item = RuleList<'a>;

    fn next(&mut self) -> Option<RuleList<'a>> {
        let header = self.0.find(|header| header.is("RuleList") && !header.is_cut())?;
        Some(RuleList { name: header.value(), rules: Rules(Some(self.0.clone())) })
    }
}

/// A list of rules, which is what the configuration of a queue calls a rule.
#[derive(Debug, Clone)]
pub struct RuleList<'a> {
    /// Its name.
    pub name: Value<'a>,
    /// The rules: seconds of waiting, then the greatest and the least penalty of the members that are called from then on,
    /// both absolute or, with a sign, relative, as in `30,+3,0`; new versions have more behind that.
    pub rules: Rules<'a>,
}

/// The rules of a [`RuleList`].
#[derive(Debug, Clone)]
pub struct Rules<'a>(Option<Headers<'a>>);

impl<'a> Iterator for Rules<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let headers = self.0.as_mut()?;
        let rule = headers
            .find(|header| header.is("RuleList") || header.is("Rule") && !header.is_cut())
            .filter(|header| header.is("Rule"));
        if rule.is_none() {
            self.0 = None;
        }
        rule.map(|header| header.value())
    }
}

// ------------------------------------------------------------------------------------------------ GetConfig

/// What a header of [`GetConfig`] or [`ListCategories`] says. Categories and lines are numbered from 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Entry<'a> {
    /// `Category-000000: name`
    Category {
        /// The number of the category.
        category: u32,
        /// Its name.
        name: Value<'a>,
    },
    /// `IsTemplate-000000: 1`; Asterisk 12.7 and later.
    IsTemplate {
        /// The number of the category.
        category: u32,
        /// It is a template.
        is: bool,
    },
    /// `Templates-000000: a,b`; Asterisk 12.7 and later.
    Templates {
        /// The number of the category.
        category: u32,
        /// The names of the templates it is made from, separated by commas.
        names: Value<'a>,
    },
    /// `Line-000000-000001: variable=value`
    Line {
        /// The number of the category.
        category: u32,
        /// The number of the line in it.
        line: u32,
        /// What stands before the `=`.
        variable: Value<'a>,
        /// What stands behind it; empty without one.
        value: Value<'a>,
    },
}

impl<'a> Entry<'a> {
    fn of(header: &Header<'a>) -> Option<Self> {
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

    /// The number of the category that it is, or belongs to.
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
    /// Without what a line says: it may be a secret.
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

/// The iterator of [`GetConfig::entries`].
#[derive(Debug, Clone)]
pub struct Entries<'a>(Headers<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.0.find_map(|header| Entry::of(&header))
    }
}

impl<'a> GetConfig<'a> {
    /// The categories, in the order of their headers; none if a `Category` was asked for that is not there.
    ///
    /// ```
    /// use embedded_ami::event::response::GetConfig;
    /// # use embedded_ami::wire::{Decoder, Role};
    /// # let bytes = b"Response: Success\r\nActionID: 1\r\nCategory-000000: general\r\nLine-000000-000000: bindport=5060\r\n\
    /// #     Category-000001: alice\r\nTemplates-000001: phone\r\nLine-000001-000000: secret=x=y\r\n\r\n";
    /// # let mut decoder = Decoder::new([0; 256], Role::Client).unwrap();
    /// # decoder.space()[..bytes.len()].copy_from_slice(bytes);
    /// # decoder.advance(bytes.len());
    /// # let _ = decoder.poll();
    /// # let message = decoder.message();
    /// let config = GetConfig::of(&message).unwrap();
    /// let alice = config.categories().find(|category| category.name() == "alice").unwrap();
    /// assert!(alice.templates().is_some_and(|mut names| names.any(|name| name == "phone")));
    /// assert!(alice.get("secret").is_some_and(|value| value == "x=y"));
    /// assert_eq!(config.categories().flat_map(|category| category.lines()).count(), 2);
    /// ```
    pub fn categories(&self) -> Categories<'a> {
        Categories { rest: self.entries(), all: self.entries() }
    }

    /// What each header says, in order: for a file that comes in parts, where a part may have a category and not all of its
    /// lines, and for very large ones, where [`categories`](GetConfig::categories) reads each header once for each category.
    pub fn entries(&self) -> Entries<'a> {
        Entries(self.0.headers())
    }
}

/// The iterator of [`GetConfig::categories`].
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

/// A category of a configuration file. Its other headers may stand anywhere in the message.
#[derive(Clone)]
pub struct Category<'a> {
    all: Entries<'a>,
    number: u32,
    name: Value<'a>,
}

impl<'a> Category<'a> {
    /// Its number, from 0.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Its name; several may have the same.
    pub fn name(&self) -> Value<'a> {
        self.name
    }

    /// It is a template.
    pub fn is_template(&self) -> bool {
        self.own().any(|entry| matches!(entry, Entry::IsTemplate { is: true, .. }))
    }

    /// The names of the templates it is made from, if any.
    pub fn templates(&self) -> Option<Split<'a>> {
        self.own().find_map(|entry| match entry {
            Entry::Templates { names, .. } => Some(names.split(b',')),
            _ => None,
        })
    }

    /// The lines: variables and their values. Variables may repeat.
    pub fn lines(&self) -> ConfigLines<'a> {
        ConfigLines { entries: self.all.clone(), category: self.number }
    }

    /// The value of the first line of that variable, ASCII case ignored, as most of Asterisk does.
    pub fn get(&self, variable: &str) -> Option<Value<'a>> {
        self.lines().find(|(own, _)| own.eq_ignore_ascii_case(variable)).map(|(_, value)| value)
    }

    fn own(&self) -> impl Iterator<Item = Entry<'a>> {
        let number = self.number;
        self.all.clone().filter(move |entry| entry.category() == number)
    }
}

impl fmt::Debug for Category<'_> {
    /// Number and name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Category")
            .field("number", &self.number)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The iterator of [`Category::lines`].
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
    /// The names, in order. An empty file has none, and says so in a header `Error` of a `Success`.
    pub fn names(&self) -> CategoryNames<'a> {
        CategoryNames(Entries(self.0.headers()))
    }
}

/// The iterator of [`ListCategories::names`].
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

// ------------------------------------------------------------------------------------------------ ListCommands

impl<'a> ListCommands<'a> {
    /// The actions, as headers have them: of each its name, and what it is for.
    ///
    /// ```
    /// use embedded_ami::classes::Classes;
    /// use embedded_ami::event::response::ListCommands;
    /// # use embedded_ami::wire::{Decoder, Role};
    /// # let bytes = b"Response: Success\r\nActionID: 1\r\nPing: Keepalive command.  (Priv: <none>)\r\nPark: Park a channel.  (Priv: call,all)\r\n\r\n";
    /// # let mut decoder = Decoder::new([0; 256], Role::Client).unwrap();
    /// # decoder.space()[..bytes.len()].copy_from_slice(bytes);
    /// # decoder.advance(bytes.len());
    /// # let _ = decoder.poll();
    /// # let message = decoder.message();
    /// let park = ListCommands::of(&message).unwrap().actions().find(|action| action.name == "Park").unwrap();
    /// assert_eq!(park.synopsis, "Park a channel.");
    /// assert_eq!(park.classes, Classes::CALL);
    /// ```
    pub fn actions(&self) -> ListedActions<'a> {
        ListedActions(self.0.headers())
    }
}

/// The iterator of [`ListCommands::actions`].
#[derive(Debug, Clone)]
pub struct ListedActions<'a>(Headers<'a>);

impl<'a> Iterator for ListedActions<'a> {
    type Item = ListedAction<'a>;

    fn next(&mut self) -> Option<ListedAction<'a>> {
        self.0.find_map(|header| ListedAction::of(&header))
    }
}

/// An action that the user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListedAction<'a> {
    /// Its name.
    pub name: Value<'a>,
    /// What it is for, less the blanks at its end.
    pub synopsis: Value<'a>,
    /// Any of these classes is needed to do it, where there are any; up to Asterisk 1.4 all of them.
    pub classes: Classes,
}

impl<'a> ListedAction<'a> {
    fn of(header: &Header<'a>) -> Option<Self> {
        const MARK: &[u8] = b"(Priv: ";
        let name = header.name().filter(|_| !header.is_cut() && !header.is("ActionID"))?;
        let text = header.value().as_bytes().strip_suffix(b")")?;
        let at = text.windows(MARK.len()).rposition(|window| window == MARK)?;
        let (synopsis, mark) = text.split_at_checked(at)?;
        Some(Self {
            name: Value::new(name),
            synopsis: Value::new(synopsis.trim_ascii_end()),
            classes: Classes::of(Value::new(mark.strip_prefix(MARK)?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String;
    use std::vec::Vec;

    use super::*;
    use crate::wire::{Decoder, Role};

    fn read(row: &Row, headers: &[String], id_last: bool) -> Vec<String> {
        let mut lines: Vec<_> = headers.to_vec();
        lines.insert(if id_last { lines.len() } else { 0 }, "ActionID: 1".into());
        let text = format!("Response: Success\r\n{}\r\n\r\n", lines.join("\r\n"));
        let mut decoder = Decoder::new([0; 2048], Role::Client).unwrap();
        decoder.space()[..text.len()].copy_from_slice(text.as_bytes());
        decoder.advance(text.len());
        let _ = decoder.poll();
        (row.read)(decoder.message())
    }

    /// Each field reads its own header and no other, wherever the ActionID stands.
    #[test]
    fn every_field_of_the_table() {
        for row in ROWS {
            let value = |kind: &str, index: usize| match kind {
                "flag" => "Yes".into(),
                "number" | "seconds" => format!("{}", index + 40),
                "ExtensionState" => "9".into(),
                "AmaFlags" => "BILLING".into(),
                _ => format!("value {index}"),
            };
            for id_last in [false, true] {
                let headers: Vec<_> = row
                    .fields
                    .iter()
                    .enumerate()
                    .map(|(index, (_, kind, names))| format!("{}: {}", names[0], value(kind, index)))
                    .collect();
                let all = read(row, &headers, id_last);
                for (index, (field, kind, _)) in row.fields.iter().enumerate() {
                    let value = value(kind, index);
                    let expected = match *kind {
                        "flag" => "Some(true)".into(),
                        "number" => format!("Some({value})"),
                        "seconds" => format!("Some({value}s)"),
                        "ExtensionState" => "Some(InUseAndRinging)".into(),
                        "AmaFlags" => "Some(Billing)".into(),
                        "text" => format!("Some({value:?})"),
                        _ => panic!("a new kind: {kind}"),
                    };
                    assert_eq!(all[index], expected, "{}::{field}", row.view);
                    let mut without = headers.clone();
                    without.remove(index);
                    let got = read(row, &without, id_last);
                    let missing = got.iter().filter(|got| *got == "None").count();
                    assert_eq!((&*got[index], missing), ("None", 1), "{}::{field}", row.view);
                }
            }
        }
    }

    /// Headers of the document of Asterisk 1.4 that neither an action nor an event of it has.
    #[test]
    fn settings_of_a_peer_in_1_4() {
        const OF_1_4: &str = "ACL Address-IP Address-Port AMAflags Callgroup CID-CallingPres ChanObjectType CodecOrder \
            Codecs Context Default-addr-IP Default-Username Dynamic Incominglimit MD5SecretExist ObjectName \
            Outgoinglimit Pickupgroup RegExpire RegExpiry SecretExist SIP-FromDomain SIP-FromUser Status VoiceMailbox";
        let peer = ROWS.iter().find(|row| row.view == "SIPshowpeer").unwrap();
        for header in OF_1_4.split_ascii_whitespace() {
            assert!(peer.fields.iter().any(|(_, _, names)| names.contains(&header)), "{header}");
        }
    }
}
