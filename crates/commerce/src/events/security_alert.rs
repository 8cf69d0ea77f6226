//! Something about an account has changed that its holder should hear of, in case it was somebody else.

use kernel::{Aggregate, Event, UserId, text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What has changed.
    pub enum SecurityAlertKind {
        /// The password is another.
        PasswordChanged = "password_changed",
        /// A second factor is asked for from now on.
        MfaEnabled = "mfa_enabled",
        /// No second factor is asked for any more.
        MfaDisabled = "mfa_disabled",
        /// An administrator took the second factor away, and ended every log-in.
        MfaRemoved = "mfa_removed",
        /// A refresh token came a second time: somebody may have a copy.
        SessionReuse = "session_reuse",
        /// The e-mail address is another.
        EmailChanged = "email_changed",
        /// The telephone number is another.
        PhoneChanged = "phone_changed",
    }
}

/// The holder of an account is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityAlert {
    /// Whose account.
    pub user_id: UserId,
    /// What has changed.
    pub kind: SecurityAlertKind,
}

impl Event for SecurityAlert {
    const TYPE: &'static str = "user.security_alert";

    fn aggregate(&self) -> Aggregate {
        Aggregate { kind: "user", id: self.user_id.get(), version: 0 }
    }
}
