//! A cash register written for Comgate's terminal API meets Polytill. Section numbers are those of the wire digest
//! that docs/comgate.md is built on. The terminal is the sandbox's simulated one.

mod access;
mod life;
mod requests;
mod transfers;
mod wire;

use testkit::prelude::*;

const TID: &str = "10012345";

/// A till, its demo register, and its terminal ready.
async fn register() -> (Till, Register) {
    let till = Till::sandbox().await;
    let register = Register::demo(till.client().clone());
    online(&register).await;
    (till, register)
}

/// Waits until the terminal is there.
pub(crate) async fn online(register: &Register) {
    let waiting = async {
        while register.get("terminal.json").await.expect_status(200).json() != json!({"status": "ONLINE"}) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(testkit::PATIENCE, waiting).await.expect("the terminal never came online");
}

/// Presses a button of the simulated device.
async fn press(till: &Till, button: &str, body: &Value) -> Answer {
    till.client().post_json(&format!("/_sandbox/terminals/{TID}/{button}"), body).await
}

/// The device does nothing by itself with the next task.
async fn waiting(till: &Till) {
    press(till, "next-outcome", &json!({"outcome": "wait"})).await.expect_status(200);
}
