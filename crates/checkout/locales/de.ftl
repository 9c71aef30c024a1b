# Die Zahlungsseite auf Deutsch.

language = Sprache
sandbox-badge = Sandbox
sandbox-note = Testumgebung: Es fließt kein Geld. Geben Sie hier niemals eine echte Karte ein.
secure-note = Ihre Kartendaten sieht nur das Zahlungsportal, niemals der Shop. Die Prüfnummer wird nicht gespeichert.
payment-number = Zahlung { $id }

summary-heading = Bestellübersicht
summary-payee = Empfänger
summary-amount = Zu zahlender Betrag
summary-order = Bestellung
summary-until = Bitte zahlen Sie bis { $moment }

pay-title = Zahlung über { $amount } an { $payee }
methods-heading = Zahlungsart
methods-none = Diese Zahlung kann hier nicht ausgeführt werden: Der Shop bietet keine passende Zahlungsart an. Bitte kehren Sie zum Shop zurück.
method-payment-card = Zahlungskarte
card-heading = Kartendaten
card-pan = Kartennummer
card-exp = Gültig bis
card-exp-hint = MM / JJ
card-cvc = Prüfnummer
card-cvc-hint = CVC: 3 Ziffern auf der Rückseite der Karte
card-cvc-hint-four = CID: 4 Ziffern auf der Vorderseite der Karte
pay-button = { $amount } bezahlen
hold-button = { $amount } reservieren
hold-note = Der Betrag wird jetzt nur auf Ihrer Karte reserviert. Belastet wird er, sobald der Shop Ihre Bestellung bestätigt.
working = Ihre Zahlung wird verarbeitet. Bitte schließen Sie diese Seite nicht.
cancel-button = Zahlung abbrechen
attempts-left =
    { $count ->
        [one] Sie haben noch einen Versuch.
       *[other] Sie haben noch { $count } Versuche.
    }

errors-heading = Bitte prüfen Sie Ihre Angaben
error-pan-missing = Geben Sie die Kartennummer ein.
error-pan-characters = Die Kartennummer darf nur Ziffern enthalten.
error-pan-length = Die Kartennummer ist nicht vollständig.
error-pan-checksum = Die Kartennummer ist ungültig. Bitte prüfen Sie sie auf Tippfehler.
error-exp-missing = Geben Sie ein, bis wann die Karte gültig ist.
error-exp-format = Geben Sie Monat und Jahr wie auf der Karte ein, zum Beispiel 12/30.
error-exp-past = Diese Karte ist nicht mehr gültig. Bitte verwenden Sie eine andere Karte.
error-cvc-missing = Geben Sie die Prüfnummer der Karte ein.
error-cvc-three = Die Prüfnummer hat 3 Ziffern.
error-cvc-four = Die Prüfnummer dieser Karte hat 4 Ziffern.

decline-heading = Die Zahlung wurde nicht ausgeführt
decline-insufficient-funds = Auf der Karte ist nicht genügend Guthaben verfügbar.
    .advice = Verwenden Sie eine andere Karte, oder sorgen Sie für Deckung und versuchen Sie es erneut.
decline-card-expired = Laut dem Herausgeber ist die Karte abgelaufen.
    .advice = Prüfen Sie das eingegebene Datum, oder verwenden Sie eine andere Karte.
decline-wrong-cvc = Die Prüfnummer passt nicht zur Karte.
    .advice = Prüfen Sie die auf der Karte aufgedruckte Nummer und geben Sie die Kartendaten erneut ein.
decline-wrong-pin = Die PIN war nicht richtig.
    .advice = Versuchen Sie es mit der richtigen PIN erneut, oder verwenden Sie eine andere Karte.
decline-limit-exceeded = Die Zahlung überschreitet ein Limit Ihrer Karte.
    .advice = Erhöhen Sie das Limit für Online-Zahlungen in Ihrer Banking-App und versuchen Sie es erneut, oder verwenden Sie eine andere Karte.
decline-card-blocked = Die Karte ist gesperrt.
    .advice = Verwenden Sie eine andere Karte. Den Grund der Sperre nennt Ihnen die Bank, die die Karte ausgegeben hat.
decline-issuer-unavailable = Die Bank, die die Karte ausgegeben hat, antwortet zurzeit nicht.
    .advice = Versuchen Sie es in einigen Minuten erneut, oder verwenden Sie die Karte einer anderen Bank.
decline-three-d-secure-failed = Die Zahlung wurde bei Ihrer Bank nicht bestätigt (3-D Secure).
    .advice = Versuchen Sie es erneut und bestätigen Sie die Zahlung in Ihrer Banking-App oder mit dem Code, den Sie erhalten.
decline-account-problem = Die Bank meldet ein Problem mit dem Konto dieser Karte.
    .advice = Verwenden Sie eine andere Karte, oder wenden Sie sich an die Bank, die diese ausgegeben hat.
decline-card-not-supported = Diese Kartenart wird hier nicht akzeptiert.
    .advice = Verwenden Sie eine andere Karte.
decline-region-not-supported = Karten aus diesem Land oder dieser Region werden hier nicht akzeptiert.
    .advice = Verwenden Sie eine in einem anderen Land ausgegebene Karte.
decline-refused = Die Bank, die die Karte ausgegeben hat, hat die Zahlung ohne Angabe von Gründen abgelehnt.
    .advice = Verwenden Sie eine andere Karte, oder fragen Sie Ihre Bank, ob Online-Zahlungen freigeschaltet sind.
decline-technical-problem = Ein technisches Problem hat die Zahlung verhindert.
    .advice = Es wurde kein Geld abgebucht. Bitte versuchen Sie es gleich noch einmal.
decline-duplicate = Die Bank hält diese Zahlung für die Wiederholung einer früheren.
    .advice = Prüfen Sie zuerst auf Ihrem Konto, ob die Bestellung bereits bezahlt ist. Wenn nicht, versuchen Sie es später erneut.

challenge-heading = Zahlung bestätigen
challenge-simulation = Simulation: Diese Seite vertritt die Bank, die die Karte ausgegeben hat. Es wird niemandem eine Nachricht oder ein Code gesendet.
challenge-text = Führen Sie diese Zahlung aus?
challenge-issuer = Kartenherausgeber
challenge-merchant = Händler
challenge-amount = Betrag
challenge-card = Karte
challenge-confirm = Zahlung bestätigen
challenge-refuse = Ablehnen

paid-heading = Vielen Dank, die Zahlung ist abgeschlossen
paid-text = Sie haben { $amount } an { $payee } gezahlt.
authorised-heading = Der Betrag wurde reserviert
authorised-text = Der Betrag von { $amount } ist auf Ihrer Karte für { $payee } reserviert. Er wird belastet, sobald der Shop Ihre Bestellung bestätigt.
already-paid-heading = Diese Zahlung wurde bereits ausgeführt
already-paid-text = Der Betrag von { $amount } wurde bereits an { $payee } gezahlt. Er wird kein zweites Mal abgebucht.
refunded-heading = Diese Zahlung wurde erstattet
refunded-text = { $payee } hat Ihnen Geld aus dieser Zahlung zurückgesendet. Bis zur Gutschrift auf Ihrem Konto können einige Tage vergehen.
final-decline-text = Es wurde kein Geld abgebucht. Kehren Sie zum Shop zurück und wählen Sie eine andere Zahlungsart.
cancelled-heading = Die Zahlung wurde abgebrochen
cancelled-text = Es wurde kein Geld abgebucht. Sie können zum Shop zurückkehren und erneut bestellen.
expired-heading = Die Zeit für diese Zahlung ist abgelaufen
expired-text = Es wurde kein Geld abgebucht. Wenn Sie weiterhin zahlen möchten, kehren Sie bitte zum Shop zurück und bestellen Sie erneut.
processing-heading = Wir warten auf Ihre Bank
processing-text = Das Ergebnis der Zahlung ist noch nicht bekannt. Die Seite fragt es selbst ab; bitte zahlen Sie nicht noch einmal.
processing-slow = Es dauert länger als üblich. Sie können diese Seite schließen: Der Shop erfährt das Ergebnis, sobald es bekannt ist.
processing-check = Erneut prüfen
return-button = Zurück zum Shop
return-automatic = In wenigen Sekunden gelangen Sie zurück zum Shop.
returning-heading = Sie gelangen zurück zum Shop
returning-text = Falls sich der Shop nicht von selbst öffnet, verwenden Sie die Schaltfläche.
may-close = Sie können diese Seite schließen.

not-found-heading = Diese Zahlung kennen wir nicht
not-found-text = Die Adresse ist unvollständig, oder die Zahlung existiert nicht mehr. Bitte kehren Sie zum Shop zurück und beginnen Sie die Zahlung erneut.
busy-heading = Im Moment zahlen sehr viele Menschen
busy-text = Ihre Anfrage wurde nicht angenommen, und es wurde kein Geld abgebucht. Bitte versuchen Sie es gleich noch einmal.
failure-heading = Bei uns ist etwas schiefgegangen
failure-text = Bitte laden Sie die Seite zuerst neu: Sie zeigt, ob die Zahlung ausgeführt wurde. Bleibt das Problem bestehen, nennen Sie dem Shop diese Kennung.
failure-reference = Kennung: { $id }
try-again = Erneut versuchen

sandbox-cards-heading = Testkarten
sandbox-cards-text = Es genügen ein beliebiges künftiges Datum und eine beliebige Prüfnummer. Mit der Auswahl einer Karte füllen Sie das Formular aus.
sandbox-more-cards = Karten, die abgelehnt werden
sandbox-fill = Karte { $number } verwenden
sandbox-effect-approved = Genehmigt
sandbox-effect-challenge = Genehmigt nach Bestätigung (3-D Secure)
sandbox-effect-authentication-refused = Von 3-D Secure abgelehnt
sandbox-effect-unknown = Die Antwort geht verloren; das Ergebnis wird später bekannt
sandbox-magic-amount = Ein auf 04 endender Betrag wird immer abgelehnt.
