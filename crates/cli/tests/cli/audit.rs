//! `cli::audit`: a sound shop passes, and every check sees its invariant broken by hand.

use chrono::{DateTime, TimeDelta, Utc};
use cli::audit::{Backlog, Finding, findings};
use commerce::ids::{ProductId, VariationId};
use inventory::{Cause, Change, Corrected, Correction};
use kernel::UserId;
use sqlx::{Executor, MySqlPool};
use testing::{build, noon};

/// An order of two at ₹118.00 with ₹11.80 of shipping, confirmed; one that was cancelled; what both left behind.
const BOOKS: &str = "
    INSERT INTO orders (id, uuid, order_number, user_id, subtotal, shipping_amount, tax_amount, total_amount, status,
                        payment_method, shipping_address, cancelled_at)
    VALUES (1, 'a', 'A', 1, 236, 11.80, 37.80, 247.80, 'confirmed', 'cash_on_delivery', '{}', NULL),
           (2, 'b', 'B', 1, 118, 0, 18, 118, 'cancelled', 'cash_on_delivery', '{}', '2026-11-22 12:00:00');
    INSERT INTO order_items (id, order_id, product_id, line_number, product_name, product_sku, unit_price, quantity,
                             is_gst_inclusive, gst_rate, total_price, discount_amount, taxable_amount, cgst_amount,
                             sgst_amount, igst_amount, shipping_amount, shipping_taxable, shipping_cgst, shipping_sgst,
                             shipping_igst, payable_amount)
    VALUES (1, 1, 1, 1, 'Assam', 'ASSAM', 118, 2, TRUE, 18, 236, 0, 200, 18, 18, 0, 11.80, 10, 0.90, 0.90, 0, 247.80),
           (2, 2, 1, 1, 'Assam', 'ASSAM', 118, 1, TRUE, 18, 118, 0, 100, 9, 9, 0, 0, 0, 0, 0, 0, 118);
    INSERT INTO order_history (id, order_id, field_changed, old_value, new_value, change_type)
    VALUES (1, 1, 'status', NULL, 'pending', 'system'), (2, 1, 'status', 'pending', 'confirmed', 'system'),
           (3, 2, 'status', NULL, 'pending', 'system'), (4, 2, 'status', 'pending', 'cancelled', 'customer'),
           (5, 1, 'payment_status', NULL, 'pending', 'system'), (6, 2, 'payment_status', NULL, 'pending', 'system');
    INSERT INTO stock_holds (id, order_id, product_id, quantity, state, ended_at)
    VALUES (1, 1, 1, 2, 'held', NULL), (2, 2, 1, 1, 'released', '2026-11-22 12:00:00');
    INSERT INTO stock_movements (id, product_id, kind, quantity, stock_after, reference_type, reference_id)
    VALUES (2, 1, 'hold', -2, 8, 'order', 1), (3, 1, 'hold', -1, 7, 'order', 2), (4, 1, 'release', 1, 8, 'order', 2);
    UPDATE products SET stock_quantity = 8 WHERE id = 1;
    UPDATE products SET stock_quantity = 5, product_type = 'variable' WHERE id = 2;
    INSERT INTO product_variations (id, product_id, sku, price, stock_quantity) VALUES (1, 2, 'N-1', 118, 4), (2, 2, 'N-2', 118, 1);
    INSERT INTO stock_movements (id, product_id, variation_id, kind, quantity, stock_after)
    VALUES (11, 2, 1, 'opening', 4, 4), (12, 2, 2, 'opening', 2, 6), (13, 2, 2, 'hold', -1, 5);
    INSERT INTO stock_holds (id, order_id, product_id, variation_id, quantity) VALUES (3, 1, 2, 2, 1);
    INSERT INTO order_items (id, order_id, product_id, variation_id, line_number, product_name, product_sku, unit_price,
                             quantity, is_gst_inclusive, gst_rate, total_price, discount_amount, taxable_amount,
                             cgst_amount, sgst_amount, igst_amount, shipping_amount, shipping_taxable, shipping_cgst,
                             shipping_sgst, shipping_igst, payable_amount)
    VALUES (3, 1, 2, 2, 2, 'Nilgiri', 'N-2', 0, 1, TRUE, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    INSERT INTO outbox (id, event_id, producer, type, payload, occurred_at, published_at)
    VALUES (1, 'a', 'order', 'order.confirmed', '{}', '2026-11-22 12:00:00', '2026-11-22 12:00:00');
    INSERT INTO inbox (consumer, event_id, received_at)
    VALUES ('notification.mail', 'a', '2026-11-22 12:00:00'), ('payment.tenders', 'a', '2026-11-22 12:00:00'),
           ('product.sales', 'a', '2026-11-22 12:00:00');
    INSERT INTO notification_logs (id, uuid, type, kind, recipient, message, next_attempt_at, created_at, status, sent_at)
    VALUES (1, 'a', 'email', 'order_confirmed', 'a@x.in', '', '2026-11-22 12:00:00', '2026-11-22 12:00:00', 'sent',
            '2026-11-22 12:00:00');
    INSERT INTO product_reviews (id, uuid, product_id, user_id, rating, status, helpful_count)
    VALUES (1, 'a', 1, 1, 4, 'approved', 1), (2, 'b', 2, 1, 1, 'pending', 0);
    INSERT INTO review_helpfulness (review_id, user_id, is_helpful) VALUES (1, 1, TRUE);
    INSERT INTO product_ratings (product_id, review_count, rating_sum) VALUES (1, 1, 4);
    INSERT INTO idempotency_keys (principal, scope, idempotency_key, request_hash, lease, leased_until, created_at,
                                  status, completed_at)
    VALUES ('user:1', 'orders', 'a', SHA2('a', 256), 'a', '2026-11-22 12:00:00', '2026-11-22 12:00:00', 201,
            '2026-11-22 12:00:00');
    INSERT INTO payment_transactions (id, uuid, order_id, user_id, amount, gateway_name, status, captured_at, refunded_amount)
    VALUES (1, 'a', 2, 1, 118, 'razorpay', 'refunded', '2026-11-22 12:00:00', 118);
    INSERT INTO refunds (id, uuid, payment_id, order_id, user_id, amount, purpose, reason, gateway_name, status, initiated_at,
                         processed_at, updated_at)
    VALUES (1, 'a', 1, 2, 1, 118, 'order', 'cancelled', 'razorpay', 'processed', '2026-11-22 12:00:00',
            '2026-11-22 12:00:00', '2026-11-22 12:00:00');
    INSERT INTO gateway_events (id, gateway_name, event_id, body_hash, body, received_at, outcome, processed_at)
    VALUES (1, 'razorpay', 'a', SHA2('a', 256), '{}', '2026-11-22 12:00:00', 'applied', '2026-11-22 12:00:00')";

/// What somebody does to the books, how it is undone, and who sees it on whom.
struct Harm {
    done: &'static str,
    undone: &'static str,
    seen: &'static [(&'static str, &'static str)],
}

const HARMS: [Harm; 42] = [
    Harm {
        done: "UPDATE product_ratings SET rating_sum = 5",
        undone: "UPDATE product_ratings SET rating_sum = 4",
        seen: &[(RATING, "1")],
    },
    Harm {
        done: "UPDATE product_reviews SET status = 'approved' WHERE id = 2",
        undone: "UPDATE product_reviews SET status = 'pending' WHERE id = 2",
        seen: &[(RATING, "2")],
    },
    Harm {
        done: "DELETE FROM product_ratings",
        undone: "INSERT INTO product_ratings (product_id, review_count, rating_sum) VALUES (1, 1, 4)",
        seen: &[(RATING, "1")],
    },
    Harm {
        done: "UPDATE review_helpfulness SET is_helpful = FALSE",
        undone: "UPDATE review_helpfulness SET is_helpful = TRUE",
        seen: &[("votes of a review = Σ votes on it", "1")],
    },
    Harm {
        done: "UPDATE product_reviews SET unhelpful_count = 1 WHERE id = 2",
        undone: "UPDATE product_reviews SET unhelpful_count = 0 WHERE id = 2",
        seen: &[("votes of a review = Σ votes on it", "2")],
    },
    Harm {
        done: "UPDATE product_variations SET stock_quantity = 5 WHERE id = 1",
        undone: "UPDATE product_variations SET stock_quantity = 4 WHERE id = 1",
        seen: &[("stock of a variation = Σ movements", "1"), (VARIATIONS, "2")],
    },
    Harm {
        done: "UPDATE product_variations SET stock_quantity = 5 - stock_quantity",
        undone: "UPDATE product_variations SET stock_quantity = 5 - stock_quantity",
        seen: &[("stock of a variation = Σ movements", "1,2")],
    },
    Harm {
        done: "UPDATE products SET stock_quantity = 6 WHERE id = 2",
        undone: "UPDATE products SET stock_quantity = 5 WHERE id = 2",
        seen: &[("stock = Σ movements, and not negative", "2"), (VARIATIONS, "2")],
    },
    Harm {
        done: "UPDATE stock_movements SET variation_id = NULL WHERE id = 11",
        undone: "UPDATE stock_movements SET variation_id = 1 WHERE id = 11",
        seen: &[("stock of a variation = Σ movements", "1")],
    },
    Harm {
        done: "UPDATE stock_holds SET variation_id = 1 WHERE id = 3",
        undone: "UPDATE stock_holds SET variation_id = 2 WHERE id = 3",
        seen: &[("a hold is as much as its order's line", "3"), (HELD, "2")],
    },
    Harm {
        done: "UPDATE stock_movements SET variation_id = 1 WHERE id = 13",
        undone: "UPDATE stock_movements SET variation_id = 2 WHERE id = 13",
        seen: &[("stock of a variation = Σ movements", "1,2"), (HELD, "2")],
    },
    Harm {
        done: "UPDATE products SET stock_quantity = 9 WHERE id = 1",
        undone: "UPDATE products SET stock_quantity = 8 WHERE id = 1",
        seen: &[("stock = Σ movements, and not negative", "1")],
    },
    Harm {
        done: "INSERT INTO stock_movements (id, product_id, kind, quantity, stock_after) VALUES (5, 1, 'purchase', 1, 9)",
        undone: "DELETE FROM stock_movements WHERE id = 5",
        seen: &[("stock = Σ movements, and not negative", "1")],
    },
    Harm {
        done: "UPDATE stock_movements SET stock_after = 6 WHERE id = 3",
        undone: "UPDATE stock_movements SET stock_after = 7 WHERE id = 3",
        seen: &[("stock after a movement = Σ so far, not negative", "3")],
    },
    Harm {
        done: "SET foreign_key_checks = 0; UPDATE stock_holds SET order_id = 3 WHERE id = 2; SET foreign_key_checks = 1",
        undone: "UPDATE stock_holds SET order_id = 2 WHERE id = 2",
        seen: &[("no hold without its order", "2"), ("a hold is as much as its order's line", "2")],
    },
    Harm {
        done: "UPDATE stock_holds SET backordered = 1 WHERE id = 1",
        undone: "UPDATE stock_holds SET backordered = 0 WHERE id = 1",
        seen: &[("a hold is as much as its order's line", "1"), (OWED, "1")],
    },
    Harm {
        done: "UPDATE products SET backordered_quantity = 1 WHERE id = 1",
        undone: "UPDATE products SET backordered_quantity = 0 WHERE id = 1",
        seen: &[(OWED, "1")],
    },
    Harm {
        done: "UPDATE stock_holds SET quantity = 1 WHERE id = 1",
        undone: "UPDATE stock_holds SET quantity = 2 WHERE id = 1",
        seen: &[("a hold is as much as its order's line", "1"), (HELD, "1")],
    },
    Harm {
        done: "UPDATE stock_holds SET state = 'held', ended_at = NULL WHERE id = 2",
        undone: "UPDATE stock_holds SET state = 'released', ended_at = created_at WHERE id = 2",
        seen: &[("nothing is held for a cancelled order", "2"), (HELD, "1")],
    },
    Harm {
        done: "UPDATE stock_holds SET state = 'expired', ended_at = created_at WHERE id = 1",
        undone: "UPDATE stock_holds SET state = 'held', ended_at = NULL WHERE id = 1",
        seen: &[("no order that stands has lost its hold", "1"), (HELD, "1")],
    },
    Harm {
        done: "UPDATE stock_movements SET kind = 'adjustment' WHERE id = 4",
        undone: "UPDATE stock_movements SET kind = 'release' WHERE id = 4",
        seen: &[(HELD, "1")],
    },
    Harm {
        done: "INSERT INTO orders (id, uuid, order_number, user_id, subtotal, total_amount, payment_method, shipping_address)
               VALUES (3, 'c', 'C', 1, 0, 0, 'upi', '{}');
               INSERT INTO order_history (id, order_id, field_changed, new_value, change_type)
               VALUES (7, 3, 'status', 'pending', 'system'), (8, 3, 'payment_status', 'pending', 'system')",
        undone: "DELETE FROM order_history WHERE order_id = 3; DELETE FROM orders WHERE id = 3",
        seen: &[("no order without lines", "3")],
    },
    Harm {
        done: "UPDATE orders SET total_amount = 247.79 WHERE id = 1",
        undone: "UPDATE orders SET total_amount = 247.80 WHERE id = 1",
        seen: &[("total = Σ payable of the lines", "1")],
    },
    Harm {
        done: "UPDATE orders SET tax_amount = 36.00 WHERE id = 1",
        undone: "UPDATE orders SET tax_amount = 37.80 WHERE id = 1",
        seen: &[("tax = Σ taxes of the lines", "1")],
    },
    Harm {
        done: "UPDATE orders SET shipping_amount = 10.00 WHERE id = 1",
        undone: "UPDATE orders SET shipping_amount = 11.80 WHERE id = 1",
        seen: &[("subtotal, discount and shipping = Σ of the lines", "1")],
    },
    Harm {
        done: "UPDATE orders SET subtotal = 237 WHERE id = 1",
        undone: "UPDATE orders SET subtotal = 236 WHERE id = 1",
        seen: &[("subtotal, discount and shipping = Σ of the lines", "1")],
    },
    Harm {
        done: "UPDATE orders SET discount_amount = 0.01 WHERE id = 1",
        undone: "UPDATE orders SET discount_amount = 0 WHERE id = 1",
        seen: &[("subtotal, discount and shipping = Σ of the lines", "1")],
    },
    Harm {
        done: "UPDATE orders SET status = 'processing' WHERE id = 1",
        undone: "UPDATE orders SET status = 'confirmed' WHERE id = 1",
        seen: &[("an order's history leads to its status", "1")],
    },
    Harm {
        done: "UPDATE order_history SET new_value = 'shipped' WHERE id = 2; UPDATE orders SET status = 'shipped' WHERE id = 1",
        undone: "UPDATE order_history SET new_value = 'confirmed' WHERE id = 2;
                 UPDATE orders SET status = 'confirmed' WHERE id = 1",
        seen: &[("an order's history leads to its status", "1")],
    },
    Harm {
        done: "UPDATE order_history SET field_changed = 'payment_status' WHERE id = 3",
        undone: "UPDATE order_history SET field_changed = 'status' WHERE id = 3",
        seen: &[
            ("an order's history leads to its status", "2"),
            ("a payment's history leads to its status", "2"),
        ],
    },
    Harm {
        done: "UPDATE orders SET payment_status = 'failed' WHERE id = 1",
        undone: "UPDATE orders SET payment_status = 'pending' WHERE id = 1",
        seen: &[("a payment's history leads to its status", "1")],
    },
    Harm {
        done: "UPDATE orders SET payment_status = 'paid', paid_at = created_at WHERE id = 1",
        undone: "UPDATE orders SET payment_status = 'pending', paid_at = NULL WHERE id = 1",
        seen: &[
            ("a payment's history leads to its status", "1"),
            ("what is paid was paid by a payment", "1"),
        ],
    },
    Harm {
        done: "UPDATE payment_transactions SET refunded_amount = 117 WHERE id = 1; UPDATE refunds SET amount = 117",
        undone: "UPDATE payment_transactions SET refunded_amount = 118 WHERE id = 1; UPDATE refunds SET amount = 118",
        seen: &[(KEPT, "1")],
    },
    Harm {
        done: "INSERT INTO payment_transactions (id, uuid, order_id, user_id, amount, gateway_name, status, captured_at)
               VALUES (2, 'b', 1, 1, 247.80, 'razorpay', 'captured', '2026-11-22 12:00:00'),
                      (3, 'c', 1, 1, 247.80, 'razorpay', 'captured', '2026-11-22 12:00:00');
               UPDATE orders SET payment_status = 'paid', paid_at = created_at WHERE id = 1",
        undone: "DELETE FROM payment_transactions WHERE id > 1;
                 UPDATE orders SET payment_status = 'pending', paid_at = NULL WHERE id = 1",
        seen: &[("a payment's history leads to its status", "1"), (KEPT, "3")],
    },
    Harm {
        done: "UPDATE refunds SET amount = 117",
        undone: "UPDATE refunds SET amount = 118",
        seen: &[("what goes back = Σ refunds", "1")],
    },
    Harm {
        done: "INSERT INTO payment_transactions (id, uuid, order_id, user_id, amount, gateway_name, status, expires_at)
               VALUES (2, 'b', 1, 1, 247.80, 'razorpay', 'unknown', '2026-11-22 10:59:59')",
        undone: "DELETE FROM payment_transactions WHERE id > 1",
        seen: &[("no attempt outlives its time", "2")],
    },
    Harm {
        done: "UPDATE refunds SET status = 'unknown', processed_at = NULL",
        undone: "UPDATE refunds SET status = 'processed', processed_at = initiated_at",
        seen: &[("no refund waits or has failed", "1")],
    },
    Harm {
        done: "UPDATE refunds SET status = 'failed', processed_at = NULL, failed_at = initiated_at;
               UPDATE payment_transactions SET refunded_amount = 0",
        undone: "UPDATE refunds SET status = 'processed', processed_at = initiated_at, failed_at = NULL;
                 UPDATE payment_transactions SET refunded_amount = 118",
        seen: &[(KEPT, "1"), ("no refund waits or has failed", "1")],
    },
    Harm {
        done: "UPDATE gateway_events SET outcome = NULL, processed_at = NULL, next_try_at = received_at",
        undone: "UPDATE gateway_events SET outcome = 'applied', processed_at = received_at, next_try_at = NULL",
        seen: &[("no webhook waits", "1")],
    },
    Harm {
        done: "UPDATE outbox SET published_at = NULL",
        undone: "UPDATE outbox SET published_at = occurred_at",
        seen: &[("no event waits in the outbox", "1")],
    },
    Harm {
        done: "UPDATE inbox SET consumer = 'order.payments' WHERE consumer = 'payment.tenders'",
        undone: "UPDATE inbox SET consumer = 'payment.tenders' WHERE consumer = 'order.payments'",
        seen: &[("every event was heard", "payment.tenders/1")],
    },
    Harm {
        done: "UPDATE notification_logs SET status = 'pending', sent_at = NULL",
        undone: "UPDATE notification_logs SET status = 'sent', sent_at = created_at",
        seen: &[("no message waits to be sent", "1")],
    },
];

const KEPT: &str = "money pays one order once, or goes back";
const VARIATIONS: &str = "Σ stock of variations = stock";
const OWED: &str = "backordered = Σ that held orders wait for";
const RATING: &str = "rating of a product = Σ approved reviews";
const HELD: &str = "Σ held and sold = −Σ hold and release movements";

async fn sound_shop(db: &MySqlPool) {
    let category = build::category("Tea").insert(db).await;
    build::product("Assam", category).stock(10).insert(db).await;
    build::product("Nilgiri", category).stock(0).insert(db).await;
    build::user("Asha").insert(db).await;
    db.execute(BOOKS).await.unwrap();
}

/// What does not hold, and on whom.
async fn seen(db: &MySqlPool, backlog: Backlog, now: DateTime<Utc>) -> Vec<(String, String)> {
    let findings = findings(db, backlog, now).await.unwrap();
    let wrong = findings.iter().filter(|finding| !finding.holds());
    wrong.map(|finding| (finding.check().to_owned(), finding.wrong().join(","))).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_sound_shop_passes_and_no_check_looks_at_nothing(db: MySqlPool) {
    sound_shop(&db).await;
    let findings = findings(&db, Backlog::Empty, noon()).await.unwrap();
    assert_eq!(findings.iter().filter(|finding| !finding.holds()).collect::<Vec<_>>(), [&findings[0]; 0]);
    let idle: Vec<String> = findings.iter().map(Finding::to_string).filter(|line| line.contains("  0 ")).collect();
    assert_eq!(idle, [""; 0]);
}

/// A product of which an order holds two, and a variation of which it holds one.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_shop_whose_staff_put_its_stock_right_passes(db: MySqlPool) {
    sound_shop(&db).await;
    let by = UserId::new(1).unwrap();
    for (product, variation, change) in [
        (1, None, Change::By(-3, Cause::Damage)),
        (1, None, Change::Counted(40)),
        (1, None, Change::Counted(2)),
        (2, VariationId::new(2), Change::By(5, Cause::Purchase)),
        (2, VariationId::new(1), Change::Counted(0)),
    ] {
        let product = ProductId::new(product).unwrap();
        let mut tx = db.begin().await.unwrap();
        let wanted = Correction { product, variation, change, reason: "counted", by };
        let done = inventory::correct(&mut tx, &wanted, noon()).await.unwrap();
        assert!(matches!(done, Corrected::Done { movement: Some(_), .. }), "{change:?}: {done:?}");
        tx.commit().await.unwrap();
        assert_eq!(seen(&db, Backlog::Empty, noon()).await, [], "{change:?}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_empty_shop_passes(db: MySqlPool) {
    assert_eq!(seen(&db, Backlog::Empty, noon()).await, []);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_harm_is_seen_by_its_check_and_by_no_other(db: MySqlPool) {
    sound_shop(&db).await;
    for Harm { done, undone, seen: expected } in HARMS {
        db.execute(done).await.unwrap();
        let expected: Vec<_> = expected.iter().map(|(check, id)| ((*check).to_owned(), (*id).to_owned())).collect();
        assert_eq!(seen(&db, Backlog::Empty, noon()).await, expected, "{done}");
        db.execute(undone).await.unwrap();
    }
    assert_eq!(seen(&db, Backlog::Empty, noon()).await, []);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_young_may_wait(db: MySqlPool) {
    sound_shop(&db).await;
    db.execute(
        "UPDATE outbox SET published_at = NULL; UPDATE notification_logs SET status = 'pending', sent_at = NULL;
         UPDATE idempotency_keys SET status = NULL, completed_at = NULL",
    )
    .await
    .unwrap();
    let minute = Backlog::YoungerThan(TimeDelta::minutes(1));
    assert_eq!(seen(&db, minute, noon() + TimeDelta::minutes(1)).await, []);
    let checks = async |backlog, age| {
        let seen = seen(&db, backlog, noon() + age).await;
        seen.into_iter().map(|(check, id)| format!("{check}: {id}")).collect::<Vec<_>>()
    };
    let (event, message) = ("no event waits in the outbox: 1", "no message waits to be sent: 1");
    assert_eq!(checks(minute, TimeDelta::seconds(61)).await, [event, message]);
    assert_eq!(checks(Backlog::Empty, TimeDelta::zero()).await, [event, message]);
    let request = "no request with a key is unfinished: user:1/orders";
    assert_eq!(checks(minute, TimeDelta::seconds(3_601)).await, [event, message, request]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn money_may_be_on_its_way_for_a_moment(db: MySqlPool) {
    sound_shop(&db).await;
    db.execute(
        "UPDATE refunds SET status = 'unknown', processed_at = NULL;
         UPDATE gateway_events SET outcome = NULL, processed_at = NULL, next_try_at = received_at;
         INSERT INTO payment_transactions (id, uuid, order_id, user_id, amount, gateway_name, status, captured_at)
         VALUES (2, 'b', 1, 1, 247.80, 'razorpay', 'captured', '2026-11-22 12:00:00')",
    )
    .await
    .unwrap();
    let minute = Backlog::YoungerThan(TimeDelta::minutes(1));
    assert_eq!(seen(&db, minute, noon() + TimeDelta::minutes(1)).await, []);
    let late = seen(&db, minute, noon() + TimeDelta::seconds(61)).await;
    let late: Vec<_> = late.iter().map(|(check, id)| format!("{check}: {id}")).collect();
    let (kept, refund) = (format!("{KEPT}: 2"), "no refund waits or has failed: 1".to_owned());
    assert_eq!(late, [kept, refund, "no webhook waits: 1".to_owned()]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_broker_has_had_for_long_is_heard(db: MySqlPool) {
    sound_shop(&db).await;
    let late = "DELETE FROM inbox; UPDATE outbox SET occurred_at = '2026-11-22 11:00:00'";
    db.execute(late).await.unwrap();
    let minute = Backlog::YoungerThan(TimeDelta::minutes(1));
    assert_eq!(seen(&db, minute, noon() + TimeDelta::minutes(1)).await, []);
    let unheard =
        [("every event was heard".to_owned(), "notification.mail/1,payment.tenders/1,product.sales/1".to_owned())];
    assert_eq!(seen(&db, minute, noon() + TimeDelta::seconds(61)).await, unheard);
    assert_eq!(seen(&db, Backlog::Empty, noon()).await, unheard);
}
