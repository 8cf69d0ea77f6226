//! Payments: what each method looks like.

use serde_json::{Value, json};

use crate::shop::{Shop, text};

async fn payment(shop: &Shop, tender: Value) -> Value {
    let mut pay = tender;
    pay["order_id"] = shop.order(10_000).await.into();
    let paid = shop.control("pay", pay).await;
    shop.get(&format!("/v1/payments/{}?expand[]=card", text(&paid, "razorpay_payment_id"))).await.ok()
}

#[tokio::test]
async fn a_payment_looks_as_documented() {
    let shop = Shop::open().await;
    let (order, id) = shop.paid(10_000).await;
    let mut payment = shop.get(&format!("/v1/payments/{id}")).await.ok();
    assert!(payment["acquirer_data"]["rrn"].is_string());
    let fields = payment.as_object_mut().unwrap();
    fields.remove("acquirer_data");
    fields.remove("created_at");
    let expected = json!({
        "id": id, "entity": "payment", "amount": 10_000, "currency": "INR", "status": "captured", "order_id": order,
        "invoice_id": null, "international": false, "method": "upi", "amount_refunded": 0, "refund_status": null,
        "captured": true, "description": null, "card_id": null, "bank": null, "wallet": null,
        "vpa": "gaurav.kumar@exampleupi",
        "upi": { "payer_account_type": "bank_account", "vpa": "gaurav.kumar@exampleupi", "flow": "collect" },
        "email": "gaurav.kumar@example.com", "contact": "+919000090000", "customer_id": null, "token_id": null,
        "notes": [], "fee": 236, "tax": 36, "error_code": null, "error_description": null, "error_source": null,
        "error_step": null, "error_reason": null,
    });
    assert_eq!(payment, expected);
}

#[tokio::test]
async fn each_method_has_its_fields() {
    let shop = Shop::open().await;
    let upi = payment(&shop, json!({ "method": "upi", "vpa": "asha@okbank" })).await;
    assert_eq!((&upi["vpa"], &upi["upi"]["vpa"]), (&json!("asha@okbank"), &json!("asha@okbank")));
    let card = json!({ "number": "5267 3181 8797 5449", "type": "debit" });
    let card = payment(&shop, json!({ "method": "card", "card": card })).await;
    assert_eq!(card["card"]["last4"], "5449");
    assert_eq!((&card["card"]["network"], &card["card"]["type"]), (&json!("MasterCard"), &json!("debit")));
    assert_eq!(card["card_id"], card["card"]["id"]);
    let bank = payment(&shop, json!({ "method": "netbanking", "bank": "SBIN" })).await;
    assert_eq!(bank["bank"], "SBIN");
    assert!(bank["acquirer_data"]["bank_transaction_id"].is_string());
    let wallet = payment(&shop, json!({ "method": "wallet" })).await;
    assert_eq!(wallet["wallet"], "payzapp");
    for (method, payment) in [("upi", upi), ("card", card), ("netbanking", bank), ("wallet", wallet)] {
        assert_eq!(payment["method"], method);
        let own = ["vpa", "card_id", "bank", "wallet"].map(|field| !payment[field].is_null());
        assert_eq!(own.iter().filter(|is_there| **is_there).count(), 1, "{payment}");
    }
}

#[tokio::test]
async fn a_card_is_shown_to_those_who_expand_it() {
    let shop = Shop::open().await;
    let card = payment(&shop, json!({ "method": "card" })).await;
    let plain = shop.get(&format!("/v1/payments/{}", text(&card, "id"))).await.ok();
    assert!(plain["card"].is_null());
    assert_eq!(plain["card_id"], card["card_id"]);
}

#[tokio::test]
async fn a_misspelt_knob_is_refused() {
    let shop = Shop::open().await;
    let order = shop.order(100).await;
    shop.post("/_control/pay", json!({ "order_id": order, "untill": "authorized" }))
        .await
        .refused("unknown field `untill`");
    assert_eq!(shop.post("/_control/faults", json!({ "fault": "reset", "request": 1 })).await.status, 400);
    assert_eq!(shop.status_of(&format!("/v1/orders/{order}")).await, "created");
}
