//! The closing of a batch and what it sums up (comgate.md §4.5, §8).

use axum::Json;
use axum::extract::{Request, State};
use domain::{Batch, Currency, Door, End, Minor, Origin, TaskKind, TransactionKind};
use gateway::terminals::{NewTask, Queueing, TaskView};
use serde::Serialize;

use crate::error::{Code, Failure, Verdict};
use crate::login::Caller;
use crate::payments::whole;
use crate::routes::App;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Closed {
    #[serde(flatten)]
    verdict: Verdict,
    batch_number: u32,
    batch_data: Vec<Totals>,
}

/// What was done in one currency.
#[derive(Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
struct Totals {
    curr: String,
    /// Payments and refunds that stand.
    count: i64,
    /// What the merchant gets, in minor units; negative when more was given.
    amount: i64,
    payment_count: i64,
    payment_amount: i64,
    refund_count: i64,
    refund_amount: i64,
    /// What was cancelled, for information.
    reversal_count: i64,
    reversal_amount: i64,
}

/// The body is read and not looked at: clients send none, `{}` or `[]`.
pub(crate) async fn close(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Json<Closed>, Failure> {
    let body = whole(request).await?;
    let terminal = caller.terminal(&app)?;
    let new = NewTask {
        door: Door::Comgate,
        kind: TaskKind::CloseBatch,
        reference: None,
        extra: String::new(),
        print: terminal.printer,
        queueing: Queueing::AtOnce,
        origin: Origin::Register,
    };
    let key = caller.key(&app, "comgate closing", &body);
    let view = app.gateway.terminal_task_for_host(&terminal, new, key.as_ref()).await?;
    let done = ended(app.gateway.await_task(view.task.id, app.settings.patience).await?)?;
    let number = done.task.batch.ok_or_else(Failure::internal)?;
    let batch = app.gateway.terminal_batch(terminal.id, number).await?.ok_or_else(Failure::internal)?;
    Ok(Json(Closed { verdict: Verdict::ok(), batch_number: number, batch_data: totals(&batch) }))
}

/// A void or a closing that has been carried out, or why it was not. One whose outcome is not known yet goes on.
pub(crate) fn ended(view: TaskView) -> Result<TaskView, Failure> {
    match view.task.end() {
        Some(End::Approved) => Ok(view),
        Some(End::NotVoidable) => Err(Failure::bad("payment is not in the PAID state")),
        Some(End::Declined(_)) => Err(Failure::bad("the cancellation was refused")),
        Some(End::Cancelled(_)) => Err(Failure::new(Code::UNEXPECTED, "cancelled at the terminal")),
        Some(End::TimedOut | End::DeviceLost | End::DeviceFault | End::Technical) => {
            Err(Failure::new(Code::UNEXPECTED, "Terminal is not available"))
        }
        None => Err(Failure::new(Code::UNEXPECTED, "not finished in time, ask for the status")),
    }
}

fn totals(batch: &Batch) -> Vec<Totals> {
    batch.currencies().into_iter().map(|currency| of_currency(batch, currency)).collect()
}

fn of_currency(batch: &Batch, currency: Currency) -> Totals {
    let of = |kinds: &[TransactionKind]| {
        kinds.iter().fold((0, 0), |(count, amount), kind| {
            let (more, sum) = batch.total(currency, *kind);
            (count + i64::from(more), amount + Minor::get(sum))
        })
    };
    use TransactionKind::{EarlierRefundVoid, EarlierSaleVoid, Refund, RefundVoid, Sale, SaleVoid};
    let (sales, sold) = of(&[Sale]);
    let (unsold_count, unsold) = of(&[SaleVoid]);
    let (refunds, refunded) = of(&[Refund]);
    let (unrefunded_count, unrefunded) = of(&[RefundVoid]);
    let (reversal_count, reversal_amount) = of(&[SaleVoid, RefundVoid, EarlierSaleVoid, EarlierRefundVoid]);
    let (payment_count, refund_count) = (sales - unsold_count, refunds - unrefunded_count);
    Totals {
        curr: currency.to_string(),
        count: payment_count + refund_count,
        amount: batch.net(currency).get(),
        payment_count,
        payment_amount: sold - unsold,
        refund_count,
        refund_amount: refunded - unrefunded,
        reversal_count,
        reversal_amount,
    }
}
