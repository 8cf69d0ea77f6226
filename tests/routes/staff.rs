//! Every route, walked by somebody of each role: a permission lets in exactly the roles that hold it.

use axum::body::Body;
use axum::http::Method;
use kernel::UserId;
use sqlx::MySqlPool;
use testing::{Answer, TestApp, build};

use super::{Expectation, expectations, house, operations, permission_of, things};

const ROLES: [&str; 6] = ["super_admin", "admin", "vendor", "content_manager", "support_staff", "customer"];

/// Somebody of a role.
struct Member {
    role: &'static str,
    user: UserId,
    permissions: Vec<String>,
}

async fn staff(db: &MySqlPool) -> Vec<Member> {
    let mut staff = Vec::new();
    for role in ROLES {
        let user = build::user(&format!("Of {role}")).role(role).insert(db).await;
        let permissions = sqlx::query_scalar(
            "SELECT p.name FROM role_permissions l JOIN user_roles r ON r.id = l.role_id
             JOIN permissions p ON p.id = l.permission_id WHERE r.name = ?",
        );
        staff.push(Member { role, user, permissions: permissions.bind(role).fetch_all(db).await.unwrap() });
    }
    staff
}

/// What `member` is answered; every time with a log-in of their own.
async fn ask(app: &TestApp, member: &Member, expectation: &Expectation) -> Answer {
    let method: Method = expectation.route.split(' ').next().unwrap().parse().unwrap();
    let caller = app.as_user(member.user).with_header("content-type", "application/json");
    caller.send(method, expectation.sample, Body::from(expectation.body)).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_permission_lets_in_exactly_the_roles_that_hold_it(db: MySqlPool) {
    things(&db).await;
    let staff = staff(&db).await;
    let mut refused = 0;
    for app in house(&db).await {
        for (route, operation) in operations(&app) {
            let permission = permission_of(operation);
            let expectation = expectations().find(|expectation| expectation.route == route).unwrap();
            for member in &staff {
                let (status, role) = (ask(&app, member, expectation).await.status.as_u16(), member.role);
                assert!(status < 500, "{route} to {role}: {status}");
                let is_for_all = ["anyone", "user"].contains(&permission);
                let may = is_for_all || member.permissions.iter().any(|held| held == permission);
                if may {
                    assert!(status != 403, "{route} asks for {permission}, which {role} holds: {status}");
                } else {
                    assert_eq!(status, 403, "{route} asks for {permission}, which {role} does not hold");
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 20, "{refused}");
}
