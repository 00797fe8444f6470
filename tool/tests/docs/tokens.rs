//! The words of a source file of the library, as far as its tables need them.

use std::iter::Peekable;
use std::str::Chars;
use std::vec::IntoIter;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    /// The text of a `///` line.
    Doc(String),
    /// A name or number.
    Word(String),
    /// The content of a string.
    Text(String),
    Sign(char),
}

/// The tokens of a part of a file.
pub struct Tokens(Peekable<IntoIter<Token>>);

impl Tokens {
    /// Reads the part of `source` after the first place where `begin` is found.
    pub fn after(begin: &str, source: &str) -> Self {
        let (_, part) = source.split_once(begin).unwrap_or_else(|| panic!("no {begin} in the library"));
        let mut tokens = Vec::new();
        let mut rest = part.chars().peekable();
        while let Some(first) = rest.next() {
            match first {
                '/' if rest.peek() == Some(&'/') => {
                    let line: String = rest.by_ref().take_while(|char| *char != '\n').collect();
                    if let Some(doc) = line.strip_prefix("//") {
                        tokens.push(Token::Doc(doc.trim().into()));
                    }
                }
                '"' => tokens.push(Token::Text(text(&mut rest))),
                sign if !is_word(sign) => {
                    if !sign.is_whitespace() {
                        tokens.push(Token::Sign(sign));
                    }
                }
                _ => {
                    let mut word = String::from(first);
                    while let Some(char) = rest.next_if(|char| is_word(*char)) {
                        word.push(char);
                    }
                    tokens.push(Token::Word(word));
                }
            }
        }
        Self(tokens.into_iter().peekable())
    }

    /// Takes the sign if it is next.
    pub fn sign(&mut self, sign: char) -> bool {
        self.0.next_if_eq(&Token::Sign(sign)).is_some()
    }

    pub fn skip(&mut self) {
        self.0.next().expect("a token");
    }

    pub fn expect(&mut self, sign: char) {
        let next = self.0.next();
        assert_eq!(next, Some(Token::Sign(sign)));
    }

    /// Takes the next token if it is a word.
    pub fn word(&mut self) -> Option<String> {
        match self.0.next_if(|token| matches!(token, Token::Word(_)))? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Takes the next token if it is a string.
    pub fn text(&mut self) -> Option<String> {
        match self.0.next_if(|token| matches!(token, Token::Text(_)))? {
            Token::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Takes strings that are separated by bars.
    pub fn texts(&mut self) -> Vec<String> {
        let mut texts: Vec<_> = self.text().into_iter().collect();
        while self.sign('|') {
            texts.extend(self.text());
        }
        texts
    }

    /// Takes the words up to the sign, and the sign.
    pub fn words_until(&mut self, end: char) -> Vec<String> {
        let mut words = Vec::new();
        while !self.sign(end) {
            words.push(self.word().expect("a word"));
            self.sign(',');
        }
        words
    }

    /// Takes the documentation that is next: its paragraphs without code, one a line.
    pub fn doc(&mut self) -> String {
        let mut paragraphs = vec![String::new()];
        let mut is_code = false;
        while let Some(Token::Doc(line)) = self.0.next_if(|token| matches!(token, Token::Doc(_))) {
            let is_fence = line.starts_with("```");
            is_code ^= is_fence;
            // `[name]: path` defines a link.
            let is_definition = line.starts_with('[') && line.contains("]: ");
            if line.is_empty() && !is_code {
                paragraphs.push(String::new());
            } else if !is_code && !is_fence && !is_definition {
                let paragraph = paragraphs.last_mut().expect("one");
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(&line);
            }
        }
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        paragraphs.join("\n")
    }
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_' || char == '-'
}

fn text(rest: &mut Peekable<Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(char) = rest.next() {
        match char {
            '"' => return text,
            // The end of a line and the blanks after it are not part of the string.
            '\\' if rest.peek() == Some(&'\n') => {
                while rest.next_if(|char| char.is_whitespace()).is_some() {}
            }
            '\\' => text.extend(rest.next()),
            char => text.push(char),
        }
    }
    panic!("a string without an end")
}
