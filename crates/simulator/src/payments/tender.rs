//! What somebody pays with.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Payment, Status};
use crate::ids;
use crate::notes::Notes;
use crate::orders::Order;

/// A way to pay, as the customer chose it in checkout. What is left out is made up.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Tender {
    pub(crate) method: Method,
    pub(crate) vpa: Option<String>,
    pub(crate) card: Option<Card>,
    pub(crate) bank: Option<String>,
    pub(crate) wallet: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) contact: Option<String>,
}

/// A card, of which only the end of its number is kept.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Card {
    pub(crate) number: Option<String>,
    /// `credit`, `debit`, `prepaid` or `unknown`.
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
}

/// The kinds of payment of our shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Method {
    /// By a virtual payment address.
    #[default]
    Upi,
    /// By a credit or debit card.
    Card,
    /// Over the bank's own pages.
    Netbanking,
    /// From a wallet.
    Wallet,
}

const USUAL_CARD: &str = "4111111111111111";

impl Tender {
    /// A payment of all of `order` that the bank has not answered yet.
    pub(super) fn payment(&self, order: &Order, now: i64) -> Payment {
        let is = |method| self.method == method;
        let vpa = is(Method::Upi).then(|| self.vpa.clone().unwrap_or_else(|| "gaurav.kumar@exampleupi".to_owned()));
        let upi =
            vpa.as_ref().map(|vpa| json!({ "payer_account_type": "bank_account", "vpa": vpa, "flow": "collect" }));
        let card = is(Method::Card).then(|| self.card.clone().unwrap_or_default().view());
        Payment {
            id: ids::new("pay_"),
            entity: "payment",
            amount: order.amount,
            currency: order.currency,
            status: Status::Created,
            order_id: order.id.clone(),
            invoice_id: None,
            international: false,
            method: self.method,
            amount_refunded: 0,
            refund_status: None,
            captured: false,
            description: None,
            card_id: card.as_ref().and_then(|card| card.get("id")?.as_str().map(str::to_owned)),
            card,
            bank: is(Method::Netbanking).then(|| self.bank.clone().unwrap_or_else(|| "HDFC".to_owned())),
            wallet: is(Method::Wallet).then(|| self.wallet.clone().unwrap_or_else(|| "payzapp".to_owned())),
            vpa,
            upi,
            email: self.email.clone().unwrap_or_else(|| "gaurav.kumar@example.com".to_owned()),
            contact: self.contact.clone().unwrap_or_else(|| "+919000090000".to_owned()),
            customer_id: None,
            token_id: None,
            notes: Notes::default(),
            fee: None,
            tax: None,
            error_code: None,
            error_description: None,
            error_source: None,
            error_step: None,
            error_reason: None,
            acquirer_data: self.method.references(),
            late_authorized: None,
            created_at: now,
        }
    }

    /// The digits of its card, if it is one.
    pub(super) fn card_number(&self) -> Option<String> {
        let number = self.card.as_ref()?.number.as_ref()?;
        Some(number.chars().filter(char::is_ascii_digit).collect())
    }
}

impl Card {
    fn view(&self) -> Value {
        let number = self.number.as_deref().unwrap_or(USUAL_CARD);
        let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
        let last4: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
        let network = match digits.first() {
            Some('5') => "MasterCard",
            Some('6') => "RuPay",
            _ => "Visa",
        };
        json!({
            "id": ids::new("card_"),
            "entity": "card",
            "name": "",
            "last4": last4,
            "network": network,
            "type": self.kind.as_deref().unwrap_or("credit"),
            "issuer": "HDFC",
            "international": false,
            "emi": false,
            "sub_type": "consumer",
            "token_iin": null,
        })
    }
}

impl Method {
    /// What the bank calls the payment.
    fn references(self) -> Value {
        let number = || format!("{:012}", rand::random_range(0..1_000_000_000_000_u64));
        match self {
            Self::Upi => json!({ "rrn": number(), "upi_transaction_id": ids::new("").to_uppercase() }),
            Self::Card => json!({ "auth_code": "472379", "rrn": number(), "arn": null }),
            Self::Netbanking => json!({ "bank_transaction_id": number() }),
            Self::Wallet => json!({ "transaction_id": null }),
        }
    }
}
