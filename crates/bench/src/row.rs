//! What is measured: who asks, what they send, and what it is compared with.

use clap::ValueEnum;
use serde_json::json;
use shared::config::ServiceName;
use uuid::Uuid;

use crate::crowd::{Crowd, SHOPPERS, Who};
use crate::http;

/// How many people show how a thing is done.
pub(crate) const TRIES: u64 = 8;
/// By how much their keys differ.
const APART: u64 = 7;
/// The page that shoppers see first.
const PAGE: &str = "/api/v1/products?page_size=20";

/// What is refused before anything is looked up.
const NO_PRODUCT: &str = "/api/v1/products/0";

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Row {
    /// What is no product's address: nothing but the layers around every route
    Refusal,
    /// A page of twenty products
    List,
    /// One product
    Detail,
    /// A product into the cart of a user
    Cart,
    /// An order of two products, paid on delivery
    Order,
    /// The same, of which one product is in every order
    Hot,
    /// From the start of each service until it is ready
    Start,
    /// What each service has in memory, before and after all else
    Memory,
}

impl Row {
    /// Those that are put under load.
    pub(crate) const LOADED: [Self; 6] = [Self::Refusal, Self::List, Self::Detail, Self::Cart, Self::Order, Self::Hot];

    /// What the table calls it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Refusal => "refusal",
            Self::List => "product list",
            Self::Detail => "product detail",
            Self::Cart => "cart add",
            Self::Order => "order placed",
            Self::Hot => "order placed, one hot product",
            Self::Start => "start",
            Self::Memory => "memory",
        }
    }

    /// Who answers.
    pub(crate) const fn service(self) -> ServiceName {
        match self {
            Self::Cart => ServiceName::User,
            Self::Order | Self::Hot => ServiceName::Order,
            _ => ServiceName::Product,
        }
    }

    /// What the answer has to be.
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::Refusal => 400,
            Self::Order | Self::Hot => 201,
            _ => 200,
        }
    }

    /// Whether it asks the same again and again and changes nothing: then it is compared with a route of the same bytes
    /// too.
    pub(crate) const fn only_reads(self) -> bool {
        matches!(self, Self::Refusal | Self::List | Self::Detail)
    }

    /// The goal of the ratio, if there is one.
    pub(crate) const fn goal(self) -> Option<f64> {
        match self {
            Self::List | Self::Detail => Some(0.5),
            _ => None,
        }
    }

    /// Who asks with the request of this number, and for what. Nobody puts the same product into a cart twice, and an
    /// order takes what nobody has in a cart.
    pub(crate) fn who(self, crowd: &Crowd, number: u64) -> Who {
        let (user, half) = (number % SHOPPERS, crowd.variety() / 2);
        match self {
            Self::Cart => crowd.who(user, [1 + number / SHOPPERS; 2]),
            Self::Order => crowd.who(user, [number % half, half + number % half]),
            Self::Hot => crowd.who(user, [0, 1 + number % (crowd.variety() - 1)]),
            _ => crowd.who(user, [number % crowd.variety(); 2]),
        }
    }

    /// Somebody who shows how it is done: the same user for no other row, and another product each time. Their keys are
    /// further apart than those that two requests make in any table.
    pub(crate) fn model(self, crowd: &Crowd, number: u64) -> Who {
        let row = (0..).zip(Self::LOADED).find_map(|(at, row)| (row == self).then_some(at)).unwrap_or(0);
        let (apart, half) = (number % TRIES * APART, crowd.variety() / 2);
        crowd.who(SHOPPERS + row + apart, [2 + apart, half + 2 + apart])
    }

    /// The paths of a row that only reads.
    pub(crate) fn paths(self, crowd: &Crowd) -> Vec<String> {
        match self {
            Self::Refusal => vec![NO_PRODUCT.to_owned()],
            Self::List => vec![PAGE.to_owned()],
            _ => (0..crowd.variety()).map(|number| detail(self.who(crowd, number))).collect(),
        }
    }

    /// What they send.
    pub(crate) fn request(self, crowd: &Crowd, who: Who) -> Vec<u8> {
        let [first, _] = who.products;
        match self {
            Self::Refusal => http::get(NO_PRODUCT),
            Self::List => http::get(PAGE),
            Self::Cart => {
                let path = format!("/api/v1/users/cart/{first}");
                http::post(&path, crowd.token(who), "", r#"{"quantity":1}"#)
            }
            Self::Order | Self::Hot => {
                let key = format!("idempotency-key: {}\r\n", Uuid::new_v4());
                http::post("/api/v1/orders", crowd.token(who), &key, &order(who))
            }
            _ => http::get(&detail(who)),
        }
    }
}

fn detail(who: Who) -> String {
    let [product, _] = who.products;
    format!("/api/v1/products/{product}")
}

fn order(who: Who) -> String {
    let items = who.products.map(|product| json!({ "product_id": product, "quantity": 1 }));
    let order = json!({
        "items": items,
        "payment_method": "cash_on_delivery",
        "shipping_address": {
            "full_name": "Asha Kulkarni", "phone": "98220 12345", "address_line1": "7 Laxmi Road",
            "city": "Pune", "state": "Maharashtra", "postal_code": "411001",
        },
    });
    order.to_string()
}
