//! Something about an account changed that its holder should know, in case it was somebody else.

use kernel::{Aggregate, Event, UserId, text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What changed.
    pub enum SecurityAlertKind {
        /// The password is another.
        PasswordChanged = "password_changed",
        /// A second factor is asked for from now on.
        MfaEnabled = "mfa_enabled",
        /// No second factor is asked for any more.
        MfaDisabled = "mfa_disabled",
        /// A refresh token came a second time: somebody has a copy.
        SessionReuse = "session_reuse",
        /// The e-mail address is another.
        EmailChanged = "email_changed",
        /// The telephone number is another.
        PhoneChanged = "phone_changed",
    }
}

/// Something about an account changed that its holder should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityAlert {
    /// Whose account.
    pub user_id: UserId,
    /// What changed.
    pub kind: SecurityAlertKind,
}

impl Event for SecurityAlert {
    const TYPE: &'static str = "user.security_alert";

    fn aggregate(&self) -> Aggregate {
        Aggregate { kind: "user", id: self.user_id.get(), version: 0 }
    }
}
