//! How an order may be paid, as the shop's settings have it.

use chrono::{DateTime, Utc};
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
    /// The largest order that may be paid so; absent if any may.
    pub max_amount: Option<Paise>,
    /// The PINs and PIN prefixes where it is open; `*` is everywhere.
    pub pincodes: Vec<String>,
}

/// Whether the shop can take money by a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Online {
    /// A gateway is configured.
    Taken,
    /// None is.
    NotTaken,
}

const ONLINE: [PaymentMethod; 5] = [
    PaymentMethod::Upi,
    PaymentMethod::CreditCard,
    PaymentMethod::DebitCard,
    PaymentMethod::Netbanking,
    PaymentMethod::Wallet,
];

/// The methods that are open at `now`, for `order` if it is given.
pub fn open(settings: &Values, online: Online, order: Option<&Order>, now: DateTime<Utc>) -> Result<Methods> {
    let everywhere = || vec!["*".to_owned()];
    let by_gateway =
        |method| Offer { payment_method: method, gateway: Gateway::Razorpay, max_amount: None, pincodes: everywhere() };
    let mut offers: Vec<Offer> = ONLINE.map(by_gateway).into_iter().filter(|_| online == Online::Taken).collect();
    offers.push(Offer {
        payment_method: PaymentMethod::CashOnDelivery,
        gateway: Gateway::CashOnDelivery,
        max_amount: Some(settings.amount("cod_max_amount")?),
        pincodes: settings.list("cod_available_pincodes")?,
    });
    let (methods, gateways) = (settings.list("supported_payment_methods")?, settings.list("supported_gateways")?);
    offers.retain(|offer| {
        methods.iter().any(|method| method == offer.payment_method.as_str())
            && gateways.iter().any(|gateway| gateway == offer.gateway.as_str())
            && order.is_none_or(|order| offer.suits(order, now))
    });
    Ok(Methods { methods: offers })
}

/// Whether `order` can be paid on delivery.
pub(crate) fn takes_cash(settings: &Values, order: &Order, now: DateTime<Utc>) -> Result<bool> {
    let open = open(settings, Online::NotTaken, Some(order), now)?;
    Ok(!open.methods.is_empty())
}

impl Offer {
    /// Whether `order` can be paid so now.
    fn suits(&self, order: &Order, now: DateTime<Utc>) -> bool {
        if !self.payment_method.is_on_delivery() {
            return order.takes_online(now).is_ok();
        }
        let takes_cash =
            if order.payment_method.is_on_delivery() { order.is_due() } else { order.takes_online(now).is_ok() };
        takes_cash
            && self.max_amount.is_none_or(|most| order.total_amount <= most)
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
            max_amount: None,
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
