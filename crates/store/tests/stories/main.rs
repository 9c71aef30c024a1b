//! Stories of the store, told once and run on every backend.
//!
//! A story gets a [`House`](house::House) with an open store of its own and knows only the `Store` trait.
//! [`stories!`] runs each of them on SQLite in a temporary folder and on a fresh database of a real PostgreSQL
//! server. What only several nodes or a lost connection can bring about is in [`nodes`], on PostgreSQL alone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "only tests: a panic with its place is the best report"
)]

mod claims;
mod directory;
mod documents;
mod fixtures;
mod house;
mod ledger;
mod lifetime;
mod nodes;
mod outbox;
mod payments;

/// Every story of a room on every backend.
macro_rules! stories {
    ($($room:ident: $($story:ident),+;)+) => {
        mod on_sqlite {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                crate::$room::$story(crate::house::House::sqlite().await).await;
            })+)+
        }
        mod on_postgres {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                crate::$room::$story(crate::house::House::postgres().await).await;
            })+)+
        }
    };
}

stories! {
    payments:
        a_payment_comes_back_as_it_was_written,
        an_update_moves_a_payment_on,
        a_stale_update_is_refused_and_leaves_nothing_behind,
        a_payment_is_created_once,
        of_fifty_updates_of_one_version_one_wins,
        fifty_at_once_who_try_again_each_get_a_version,
        due_payments_come_longest_overdue_first;
    claims:
        the_first_claim_wins_and_the_second_meets_its_holder,
        a_lost_claim_takes_its_payment_with_it,
        a_stale_update_does_not_keep_its_claim,
        of_two_hundred_at_once_with_one_claim_one_wins,
        losers_do_not_hold_up_the_others,
        old_claims_are_forgotten,
        many_old_claims_are_forgotten_at_once;
    documents:
        a_document_is_read_with_the_payment_of_its_number,
        a_document_lives_by_its_version,
        a_lost_document_takes_the_whole_change_with_it,
        losing_documents_harm_nobody_else,
        of_fifty_who_update_one_document_each_gets_a_version,
        documents_are_listed_from_both_ends,
        due_documents_come_longest_overdue_first,
        a_claim_is_given_up_and_taken_again,
        of_fifty_who_want_a_free_claim_one_wins_every_time,
        of_fifty_who_hand_a_claim_over_one_wins_every_time,
        a_document_is_written_once_in_a_change,
        only_idempotency_keys_are_forgotten,
        reset_forgets_documents,
        a_signal_follows_its_change,
        an_account_is_read_in_pages;
    ledger:
        entries_come_back_in_order_and_sum_to_zero;
    outbox:
        messages_keep_their_order_and_their_attempts,
        a_younger_message_waits_for_the_older_one,
        what_is_leased_is_not_leased_again_before_its_time,
        busy_destinations_are_left_alone,
        leases_are_limited_and_oldest_first,
        messages_that_wait_do_not_hide_the_others,
        a_message_can_be_queued_anew,
        a_delivered_message_can_be_queued_anew,
        a_slow_node_does_not_undo_what_a_faster_one_recorded,
        a_delivery_of_another_payment_is_left_out;
    directory:
        records_are_written_over,
        settings_are_written_over,
        ids_are_given_out_once;
    lifetime:
        an_empty_change_does_nothing,
        what_was_written_is_there_after_reopening,
        closing_writes_what_was_queued,
        reset_keeps_the_directory,
        a_newer_database_is_refused,
        a_closed_store_is_not_ready,
        a_full_queue_refuses_at_once,
        reads_do_not_wait_for_a_writer;
}
