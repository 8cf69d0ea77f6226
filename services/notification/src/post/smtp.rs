//! Hands a mail to a server: RFC 5321, one step at a time, so that it is known which step was refused.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use secrecy::ExposeSecret;
use shared::config;

use super::Trouble;
use super::mail::Mail;

/// How long the server may take for a step.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may look at what it was given: who gives up earlier sends again what was taken. RFC 5321 §4.5.3.2.6 asks for
/// ten minutes; a mail whose sender dies waits as long as this too.
const SCRUTINY: Duration = Duration::from_mins(2);
/// How long it may take for all of them.
pub(super) const LONGEST: Duration = Duration::from_mins(3);
/// Where TLS comes before the first word.
const IMPLICIT_TLS: u16 = 465;

/// A part of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Greeting,
    Encryption,
    Login,
    Sender,
    Recipient,
    Content,
    Taken,
}

/// How the conversation is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Secrecy {
    /// TLS from the first byte.
    Implicit,
    /// STARTTLS, or nothing is said.
    Required,
    /// STARTTLS if the server offers it: there is no password to lose.
    IfOffered,
    /// None: the server is this machine, and has no name that a certificate could prove.
    None,
}

/// Hands `mail` to `server` and answers what the server calls it.
///
/// # Errors
/// `Never` if the server refuses the recipient or the content for good (5yz), `Later` for everything else: a fault of
/// the configuration, such as a refused login, is mended and must not cost a mail.
pub(super) async fn send(server: &config::Smtp, mail: &Mail) -> Result<String, Trouble> {
    let Ok(sent) = tokio::time::timeout(LONGEST, converse(server, mail)).await else {
        return Err(Trouble::Later(format!("the server took longer than {} seconds", LONGEST.as_secs())));
    };
    sent
}

async fn converse(server: &config::Smtp, mail: &Mail) -> Result<String, Trouble> {
    let mut session = open(server, &mail.from).await?;
    let parameters = parameters(&session, mail)?;
    Step::Sender.within(session.command(MailFrom::new(Some(mail.from.clone()), parameters))).await?;
    Step::Recipient.within(session.command(Rcpt::new(mail.to.clone(), Vec::new()))).await?;
    Step::Content.within(session.command(Data)).await?;
    let taken = Step::Taken.within(session.message(&mail.bytes)).await?;
    // The mail is theirs; what they say to a good-bye changes nothing.
    drop(tokio::time::timeout(Duration::from_secs(1), session.quit()).await);
    Ok(taken.message().collect::<Vec<_>>().join(" "))
}

/// A session in which mails can be handed over: encrypted if it has to be, logged in if the server asks for it.
async fn open(server: &config::Smtp, from: &lettre::Address) -> Result<AsyncSmtpConnection, Trouble> {
    let (address, me, secrecy) = ((server.host.as_str(), server.port), name_of(from), Secrecy::of(server));
    let tls = || TlsParameters::new(server.host.clone()).map_err(|error| Step::Encryption.trouble(&error));
    let first = if secrecy == Secrecy::Implicit { Some(tls()?) } else { None };
    let greeting = AsyncSmtpConnection::connect_tokio1(address, None, &me, first, None);
    let mut session = Step::Greeting.within(greeting).await?;
    if secrecy == Secrecy::Required || (secrecy == Secrecy::IfOffered && session.can_starttls()) {
        Step::Encryption.within(session.starttls(tls()?, &me)).await?;
    }
    if let Some((user, password)) = &server.login {
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        Step::Login.within(session.auth(DEFAULT_MECHANISMS, &credentials)).await?;
    }
    Ok(session)
}

/// How we introduce ourselves: by the domain that the mail comes from.
fn name_of(from: &lettre::Address) -> ClientId {
    let domain = from.domain();
    if domain.is_ascii() && !domain.starts_with('[') {
        ClientId::Domain(domain.to_owned())
    } else {
        ClientId::default()
    }
}

/// RFC 6531: an address beyond ASCII needs a server that knows such.
fn parameters(session: &AsyncSmtpConnection, mail: &Mail) -> Result<Vec<MailParameter>, Trouble> {
    let is_ascii = [&mail.from, &mail.to].into_iter().all(|address| AsRef::<str>::as_ref(address).is_ascii());
    match (is_ascii, session.server_info().supports_feature(Extension::SmtpUtfEight)) {
        (true, _) => Ok(Vec::new()),
        (false, true) => Ok(vec![MailParameter::SmtpUtfEight]),
        (false, false) => Err(Trouble::Never("the server cannot write to an address beyond ASCII".to_owned())),
    }
}

impl Secrecy {
    fn of(server: &config::Smtp) -> Self {
        match (server.port, is_this_machine(&server.host), &server.login) {
            (IMPLICIT_TLS, _, _) => Self::Implicit,
            (_, true, _) => Self::None,
            (_, false, Some(_)) => Self::Required,
            (_, false, None) => Self::IfOffered,
        }
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

impl Step {
    async fn within<T>(self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Trouble> {
        let patience = if self == Self::Taken { SCRUTINY } else { PATIENCE };
        match tokio::time::timeout(patience, answer).await {
            Ok(answer) => answer.map_err(|error| self.trouble(&error)),
            Err(_) => Err(Trouble::Later(format!("{self}: no answer within {} seconds", patience.as_secs()))),
        }
    }

    fn trouble(self, error: &Error) -> Trouble {
        let text = match (self, error.status()) {
            // What is said to a login may repeat it.
            (Self::Login, Some(code)) => format!("{self}: refused ({code})"),
            _ => format!("{self}: {error}"),
        };
        if self.is_final(error) { Trouble::Never(text) } else { Trouble::Later(text) }
    }

    /// Whether another attempt would be refused like this one.
    fn is_final(self, error: &Error) -> bool {
        match self {
            Self::Greeting | Self::Encryption | Self::Login | Self::Sender => false,
            Self::Recipient | Self::Content | Self::Taken => error.is_permanent() && !is_about_us(error),
        }
    }
}

/// RFC 4954 and RFC 3463: the recipient is fine, we may not write through this server (530, X.7.Z).
fn is_about_us(error: &Error) -> bool {
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    error.status().map(u16::from) == Some(530) || words.starts_with("5.7.")
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "connection",
            Self::Encryption => "encryption",
            Self::Login => "log-in",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Content | Self::Taken => "content",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrecy(host: &str, port: u16, login: Option<&str>) -> Secrecy {
        let login = login.map(|name| (name.to_owned(), "a password".into()));
        Secrecy::of(&config::Smtp { host: host.to_owned(), port, login })
    }

    #[test]
    fn a_password_crosses_a_network_under_tls_only() {
        assert_eq!(secrecy("smtp.example.com", 587, Some("shop")), Secrecy::Required);
        assert_eq!(secrecy("smtp.example.com", 25, Some("shop")), Secrecy::Required);
        assert_eq!(secrecy("smtp.example.com", 465, Some("shop")), Secrecy::Implicit);
    }

    #[test]
    fn a_developer_s_server_needs_no_certificate() {
        for host in ["localhost", "127.0.0.1", "127.0.0.53", "::1"] {
            assert_eq!(secrecy(host, 1025, None), Secrecy::None, "{host}");
        }
        assert_eq!(secrecy("localhost", 465, None), Secrecy::Implicit);
        assert_eq!(secrecy("mailpit", 1025, None), Secrecy::IfOffered);
        assert_eq!(secrecy("localhost.example.com", 587, None), Secrecy::IfOffered);
    }
}
