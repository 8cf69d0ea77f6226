//! What goes wrong on the way, and what is known then.

use gateways::{Gateway, Razorpay, Settings};
use serde_json::json;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::shop::{HASTY, Shop, fault, new_order, new_refund, rupees};

/// What a `POST` and a `GET` come to while `knob` is turned.
async fn under(knob: &str) -> (&'static str, &'static str) {
    let shop = Shop::open().await;
    let order = shop.order("before", 1000).await;
    shop.control("faults", json!({ "fault": knob })).await;
    let posted = fault(shop.gateway.create_order(&new_order("during", 1000)).await);
    (posted, fault(shop.gateway.order(&order.id).await))
}

#[tokio::test]
async fn nobody_knows_what_happened_without_an_answer_that_can_be_read() {
    for knob in ["drop_reply", "reset", "bad_gateway", "server_error", "junk"] {
        assert_eq!(under(knob).await, ("unknown", "unknown"), "{knob}");
    }
}

#[tokio::test]
async fn who_asks_too_often_asks_later() {
    assert_eq!(under("too_many_requests").await, ("later", "later"));
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_not_waited_for() {
    let shop = Shop::open().await;
    let order = shop.order("before", 1000).await;
    shop.control("faults", json!({ "fault": "latency", "milliseconds": 3_600_000 })).await;
    assert_eq!(fault(shop.hasty().create_order(&new_order("during", 1000)).await), "unknown");
    assert_eq!(fault(shop.hasty().order(&order.id).await), "unknown");
    assert_eq!(shop.requests().await, 3, "nothing was asked twice");
}

#[tokio::test]
async fn who_reads_asks_again_once_when_the_connection_breaks() {
    for knob in ["reset", "drop_reply"] {
        let shop = Shop::open().await;
        let order = shop.order("r", 1000).await;
        shop.control("faults", json!({ "fault": knob, "requests": 1 })).await;
        assert_eq!(shop.gateway.order(&order.id).await.unwrap(), order, "{knob}");
        shop.control("faults", json!({ "fault": knob, "requests": 2 })).await;
        assert_eq!(fault(shop.gateway.order(&order.id).await), "unknown", "{knob}");
        assert_eq!(shop.requests().await, 5, "an order, one and its twin, two that broke");
    }
}

#[tokio::test]
async fn who_writes_does_not_ask_again() {
    let shop = Shop::open().await;
    let payment = shop.paid().await;
    let before = shop.requests().await;
    shop.control("faults", json!({ "fault": "reset" })).await;
    assert_eq!(fault(shop.gateway.create_order(&new_order("r", 1000)).await), "unknown");
    assert_eq!(fault(shop.gateway.capture(&payment, &rupees(1999)).await), "unknown");
    assert_eq!(fault(shop.gateway.refund(&new_refund("0123456789", &payment, 1999)).await), "unknown");
    assert_eq!(shop.requests().await, before + 3);
}

#[tokio::test]
async fn a_wrong_key_is_denied() {
    let shop = Shop::open().await;
    let wrong_secret = Settings { secret: "not-the-secret".into(), ..shop.client() };
    let wrong_id = Settings { key_id: "rzp_test_nobody".to_owned(), ..shop.client() };
    for settings in [wrong_secret, wrong_id] {
        let stranger = Razorpay::new(settings).unwrap();
        assert_eq!(fault(stranger.create_order(&new_order("r", 1000)).await), "denied");
        assert_eq!(fault(stranger.find_order("r").await), "denied");
    }
}

/// A client whose gateway is somewhere else.
fn elsewhere(base_url: String) -> Razorpay {
    let settings = Settings {
        base_url,
        key_id: "rzp_test_nowhere".to_owned(),
        secret: "nowhere-secret".into(),
        webhook_secrets: vec![],
        deadline: HASTY,
    };
    Razorpay::new(settings).unwrap()
}

/// What a `POST` and a `GET` come to where there is nobody.
async fn nobody_at(base_url: String) -> (&'static str, &'static str) {
    let gateway = elsewhere(base_url);
    (fault(gateway.create_order(&new_order("r", 1000)).await), fault(gateway.order("order_1").await))
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_done() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(nobody_at(format!("http://{address}")).await, ("away", "away"));
    assert_eq!(nobody_at("http://gateway.invalid".to_owned()).await, ("away", "away"));
}

#[tokio::test]
async fn where_nobody_speaks_tls_nothing_was_done() {
    let shop = Shop::open().await;
    let secure = shop.client().base_url.replace("http:", "https:");
    assert_eq!(nobody_at(secure).await, ("away", "away"));
    assert_eq!(shop.requests().await, 0);
}

#[tokio::test]
async fn a_connection_that_is_not_made_in_time_was_never_there() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = socket.listen(1).unwrap();
    let address = full.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = tokio::time::timeout(HASTY, TcpStream::connect(address)).await {
        waiting.push(stream.unwrap());
    }
    assert_eq!(nobody_at(format!("http://{address}")).await, ("away", "away"));
}

#[tokio::test]
async fn what_is_no_address_is_refused_at_once() {
    let shop = Shop::open().await;
    for base_url in ["", "api.razorpay.com", "mailto:x@example.com", "http://"] {
        assert!(Razorpay::new(Settings { base_url: base_url.to_owned(), ..shop.client() }).is_err(), "{base_url}");
    }
}
