//! The six services: their names, ports and prefixes.

use std::fmt;

/// Which service this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceName {
    /// Identity, sessions, permissions, settings.
    Auth,
    /// The catalogue.
    Product,
    /// Orders and their documents.
    Order,
    /// Profiles and carts.
    User,
    /// Payments and refunds.
    Payment,
    /// Messages to people.
    Notification,
}

impl ServiceName {
    /// All six, in the order of their ports.
    pub const ALL: [Self; 6] = [Self::Auth, Self::Product, Self::Order, Self::User, Self::Payment, Self::Notification];

    /// The short name: `auth`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Product => "product",
            Self::Order => "order",
            Self::User => "user",
            Self::Payment => "payment",
            Self::Notification => "notification",
        }
    }

    /// The port of the owner's document.
    pub const fn port(self) -> u16 {
        match self {
            Self::Auth => 8001,
            Self::Product => 8002,
            Self::Order => 8003,
            Self::User => 8004,
            Self::Payment => 8005,
            Self::Notification => 8006,
        }
    }

    /// The variable that moves it to another port.
    pub const fn port_variable(self) -> &'static str {
        match self {
            Self::Auth => "AUTH_SERVICE_PORT",
            Self::Product => "PRODUCT_SERVICE_PORT",
            Self::Order => "ORDER_SERVICE_PORT",
            Self::User => "USER_SERVICE_PORT",
            Self::Payment => "PAYMENT_SERVICE_PORT",
            Self::Notification => "NOTIFICATION_SERVICE_PORT",
        }
    }

    /// Under which path its own routes live.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Auth => "/api/v1/auth",
            Self::Product => "/api/v1/products",
            Self::Order => "/api/v1/orders",
            Self::User => "/api/v1/users",
            Self::Payment => "/api/v1/payments",
            Self::Notification => "/api/v1/notifications",
        }
    }
}

impl fmt::Display for ServiceName {
    /// As logs and process lists show it: `auth-service`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-service", self.as_str())
    }
}
