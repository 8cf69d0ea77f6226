//! How an order may be paid, as the shop's settings have it.

use commerce::ids::OrderId;
use commerce::orders::{Gateway, PaymentMethod};
use kernel::Paise;
use serde::{Deserialize, Serialize};
use shared::settings::Values;
use shared::web::Result;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::orders::Order;

/// For which order methods are asked.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AskMethods {
    /// An order of the caller's; its value and PIN decide what is open.
    #[param(value_type = Option<u64>, minimum = 1)]
    pub order_id: Option<OrderId>,
}

/// How one may pay now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Methods {
    /// The open ones; none for an order that is paid or cancelled.
    pub methods: Vec<Offer>,
}

/// A method that is open, and how far.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offer {
    /// How the customer pays.
    pub payment_method: PaymentMethod,
    /// Who moves the money.
    pub gateway: Gateway,
    /// The largest order that may be paid so.
    pub max_amount: Paise,
    /// The PINs and PIN prefixes where it is open; `*` is everywhere.
    pub pincodes: Vec<String>,
}

/// The methods that are open, for `order` if it is given.
pub fn open(settings: &Values, order: Option<&Order>) -> Result<Methods> {
    let cash = Offer {
        payment_method: PaymentMethod::CashOnDelivery,
        gateway: Gateway::CashOnDelivery,
        max_amount: settings.amount("cod_max_amount")?,
        pincodes: settings.list("cod_available_pincodes")?,
    };
    let offers = |list: Vec<String>, name: &str| list.iter().any(|offer| offer == name);
    let is_on_offer = offers(settings.list("supported_payment_methods")?, cash.payment_method.as_str())
        && offers(settings.list("supported_gateways")?, cash.gateway.as_str());
    let is_open = is_on_offer && order.is_none_or(|order| cash.suits(order));
    Ok(Methods { methods: is_open.then_some(cash).into_iter().collect() })
}

impl Offer {
    /// Whether `order` waits for its money, means to pay so, and keeps the limits.
    fn suits(&self, order: &Order) -> bool {
        order.is_due()
            && order.payment_method == self.payment_method
            && order.total_amount <= self.max_amount
            && self.reaches(order.postal_code.as_deref().unwrap_or_default())
    }

    fn reaches(&self, pin: &str) -> bool {
        let covers = |area: &String| area == "*" || (!area.is_empty() && pin.starts_with(area.as_str()));
        self.pincodes.iter().any(covers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reaches(pincodes: &[&str], pin: &str) -> bool {
        let cash = Offer {
            payment_method: PaymentMethod::CashOnDelivery,
            gateway: Gateway::CashOnDelivery,
            max_amount: Paise::MAX,
            pincodes: pincodes.iter().map(|&area| area.to_owned()).collect(),
        };
        cash.reaches(pin)
    }

    #[test]
    fn cash_is_taken_where_a_pin_or_its_beginning_is_named() {
        assert!(reaches(&["*"], "400050") && reaches(&["11", "400"], "400050") && reaches(&["400050"], "400050"));
        assert!(!reaches(&["401", "050", ""], "400050") && !reaches(&[], "400050"));
        assert!(!reaches(&["4"], "") && reaches(&["*"], ""));
    }
}
