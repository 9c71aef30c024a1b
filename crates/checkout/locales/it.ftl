# La pagina di pagamento in italiano.

language = Lingua
sandbox-badge = Sandbox
sandbox-note = Ambiente di prova: nessun denaro viene trasferito. Non inserisca mai qui una carta reale.
secure-note = I dati della carta sono visibili solo al gateway di pagamento, mai al negozio. Il codice di sicurezza non viene conservato.
payment-number = Pagamento { $id }

summary-heading = Riepilogo dell’ordine
summary-payee = Beneficiario
summary-amount = Importo da pagare
summary-order = Ordine
summary-until = Pagare entro { $moment }

pay-title = Pagamento di { $amount } a { $payee }
methods-heading = Metodo di pagamento
methods-none = Questo pagamento non può essere eseguito qui: il negozio non offre un metodo di pagamento adatto. Torni al negozio, per favore.
method-payment-card = Carta di pagamento
card-heading = Dati della carta
card-pan = Numero della carta
card-exp = Valida fino a
card-exp-hint = MM / AA
card-cvc = Codice di sicurezza
card-cvc-hint = CVC: 3 cifre sul retro della carta
card-cvc-hint-four = CID: 4 cifre sul fronte della carta
pay-button = Paga { $amount }
hold-button = Riserva { $amount }
hold-note = Per ora l’importo viene solo riservato sulla Sua carta. Sarà addebitato quando il negozio confermerà l’ordine.
working = Pagamento in corso. La preghiamo di non chiudere questa pagina.
cancel-button = Annulla il pagamento
attempts-left =
    { $count ->
        [one] Le resta un solo tentativo.
       *[other] Le restano { $count } tentativi.
    }

errors-heading = La preghiamo di controllare i dati inseriti
error-pan-missing = Inserisca il numero della carta.
error-pan-characters = Il numero della carta può contenere solo cifre.
error-pan-length = Il numero della carta non è completo.
error-pan-checksum = Il numero della carta non è valido. Controlli che non ci siano errori di battitura.
error-exp-missing = Inserisca la data di scadenza della carta.
error-exp-format = Inserisca il mese e l’anno come sulla carta, per esempio 12/30.
error-exp-past = Questa carta è scaduta. Utilizzi un’altra carta.
error-cvc-missing = Inserisca il codice di sicurezza della carta.
error-cvc-three = Il codice di sicurezza è di 3 cifre.
error-cvc-four = Il codice di sicurezza di questa carta è di 4 cifre.

decline-heading = Il pagamento non è stato eseguito
decline-insufficient-funds = Sulla carta non c’è disponibilità sufficiente.
    .advice = Utilizzi un’altra carta, oppure ricarichi il conto e riprovi.
decline-card-expired = Secondo l’emittente, la carta è scaduta.
    .advice = Controlli la data inserita, oppure utilizzi un’altra carta.
decline-wrong-cvc = Il codice di sicurezza non corrisponde alla carta.
    .advice = Controlli il codice stampato sulla carta e inserisca di nuovo i dati.
decline-wrong-pin = Il PIN non era corretto.
    .advice = Riprovi con il PIN corretto, oppure utilizzi un’altra carta.
decline-limit-exceeded = Il pagamento supera un limite impostato sulla carta.
    .advice = Aumenti il limite per i pagamenti online nell’app della Sua banca e riprovi, oppure utilizzi un’altra carta.
decline-card-blocked = La carta è bloccata.
    .advice = Utilizzi un’altra carta. La banca che l’ha emessa potrà indicarLe il motivo del blocco.
decline-issuer-unavailable = La banca che ha emesso la carta al momento non risponde.
    .advice = Riprovi tra qualche minuto, oppure utilizzi la carta di un’altra banca.
decline-three-d-secure-failed = Il pagamento non è stato confermato presso la Sua banca (3-D Secure).
    .advice = Riprovi e confermi il pagamento nell’app della banca o con il codice che riceverà.
decline-account-problem = La banca segnala un problema con il conto di questa carta.
    .advice = Utilizzi un’altra carta, oppure contatti la banca che ha emesso questa.
decline-card-not-supported = Questo tipo di carta non è accettato.
    .advice = Utilizzi un’altra carta.
decline-region-not-supported = Le carte di questo Paese o di questa regione non sono accettate.
    .advice = Utilizzi una carta emessa in un altro Paese.
decline-refused = La banca che ha emesso la carta ha rifiutato il pagamento senza indicarne il motivo.
    .advice = Utilizzi un’altra carta, oppure chieda alla Sua banca se i pagamenti online sono abilitati.
decline-technical-problem = Un problema tecnico ha impedito il pagamento.
    .advice = Non è stato addebitato nulla. La preghiamo di riprovare tra qualche istante.
decline-duplicate = La banca considera questo pagamento una ripetizione di uno precedente.
    .advice = Verifichi prima sul conto se l’ordine è già stato pagato. In caso contrario, riprovi più tardi.

challenge-heading = Conferma del pagamento
challenge-simulation = Simulazione: questa pagina fa le veci della banca che ha emesso la carta. Nessun messaggio o codice viene inviato.
challenge-text = È Lei a effettuare questo pagamento?
challenge-issuer = Emittente della carta
challenge-merchant = Esercente
challenge-amount = Importo
challenge-card = Carta
challenge-confirm = Conferma il pagamento
challenge-refuse = Rifiuta

paid-heading = Grazie, il pagamento è stato completato
paid-text = Ha pagato { $amount } a { $payee }.
authorised-heading = L’importo è stato riservato
authorised-text = L’importo di { $amount } è riservato sulla Sua carta per { $payee }. Sarà addebitato quando il negozio confermerà l’ordine.
already-paid-heading = Questo pagamento è già stato eseguito
already-paid-text = L’importo di { $amount } è già stato pagato a { $payee }. Non sarà addebitato una seconda volta.
refunded-heading = Questo pagamento è stato rimborsato
refunded-text = { $payee } Le ha restituito denaro di questo pagamento. L’accredito sul conto può richiedere alcuni giorni.
final-decline-text = Non è stato addebitato nulla. Torni al negozio per scegliere un altro metodo di pagamento.
cancelled-heading = Il pagamento è stato annullato
cancelled-text = Non è stato addebitato nulla. Può tornare al negozio e ordinare di nuovo.
expired-heading = Il tempo per questo pagamento è scaduto
expired-text = Non è stato addebitato nulla. Se desidera ancora pagare, torni al negozio e ordini di nuovo.
processing-heading = Siamo in attesa della Sua banca
processing-text = L’esito del pagamento non è ancora noto. La pagina lo verifica da sola; La preghiamo di non pagare di nuovo.
processing-slow = Ci vuole più tempo del solito. Può chiudere questa pagina: il negozio conoscerà l’esito non appena sarà noto.
processing-check = Verifica di nuovo
return-button = Torna al negozio
return-automatic = Tra pochi secondi tornerà al negozio.
returning-heading = Ritorno al negozio
returning-text = Se il negozio non si apre da solo, utilizzi il pulsante.
may-close = Può chiudere questa pagina.

not-found-heading = Non conosciamo questo pagamento
not-found-text = L’indirizzo non è completo, oppure il pagamento non esiste più. Torni al negozio e avvii di nuovo il pagamento.
busy-heading = In questo momento stanno pagando molte persone
busy-text = La Sua richiesta non è stata accettata e non è stato addebitato nulla. La preghiamo di riprovare tra qualche istante.
failure-heading = Si è verificato un errore da parte nostra
failure-text = Per prima cosa ricarichi la pagina: vedrà se il pagamento è stato eseguito. Se il problema persiste, comunichi al negozio questo riferimento.
failure-reference = Riferimento: { $id }
try-again = Riprova

sandbox-cards-heading = Carte di prova
sandbox-cards-text = Bastano una data futura e un codice di sicurezza qualsiasi. Scelga una carta per compilare il modulo.
sandbox-more-cards = Carte che vengono rifiutate
sandbox-fill = Usa la carta { $number }
sandbox-effect-approved = Approvata
sandbox-effect-challenge = Approvata dopo la conferma (3-D Secure)
sandbox-effect-authentication-refused = Rifiutata da 3-D Secure
sandbox-effect-unknown = La risposta va persa; l’esito sarà noto più tardi
sandbox-magic-amount = Un importo che termina in 04 viene sempre rifiutato.
