# Stranica za plaćanje na hrvatskom.

language = Jezik
sandbox-badge = Sandbox
sandbox-note = Testno okruženje: novac se ne prenosi. Nikada ovdje ne unosite stvarnu karticu.
secure-note = Podatke o kartici vidi samo sustav za plaćanje, trgovina nikada. Sigurnosni kod se ne pohranjuje.
payment-number = Plaćanje { $id }

summary-heading = Sažetak narudžbe
summary-payee = Primatelj
summary-amount = Iznos za plaćanje
summary-order = Narudžba
summary-until = Molimo platite do { $moment }

pay-title = Plaćanje { $amount }, primatelj { $payee }
methods-heading = Način plaćanja
methods-none = Ovo plaćanje ovdje nije moguće: trgovina ne nudi prikladan način plaćanja. Molimo vratite se u trgovinu.
method-payment-card = Platna kartica
card-heading = Podaci o kartici
card-pan = Broj kartice
card-exp = Vrijedi do
card-exp-hint = MM / GG
card-cvc = Sigurnosni kod
card-cvc-hint = CVC: 3 znamenke na poleđini kartice
card-cvc-hint-four = CID: 4 znamenke na prednjoj strani kartice
pay-button = Platite { $amount }
hold-button = Rezervirajte { $amount }
hold-note = Iznos se sada samo rezervira na vašoj kartici. Naplatit će se kada trgovina potvrdi vašu narudžbu.
card-only = Ovo se plaćanje može izvršiti samo karticom { $card }.
agree-later = Plaćanjem pristajete na to da { $payee } kasnije može ponovno teretiti ovu karticu.
working = Plaćanje se obrađuje. Molimo ne zatvarajte ovu stranicu.
cancel-button = Odustani od plaćanja
attempts-left =
    { $count ->
        [one] Preostao vam je { $count } pokušaj.
        [few] Preostala su vam { $count } pokušaja.
       *[other] Preostalo vam je { $count } pokušaja.
    }

errors-heading = Molimo provjerite unesene podatke
error-pan-missing = Unesite broj kartice.
error-pan-characters = Broj kartice smije sadržavati samo znamenke.
error-pan-length = Broj kartice nije potpun.
error-pan-checksum = Broj kartice nije valjan. Molimo provjerite ima li u njemu pogreške.
error-exp-missing = Unesite do kada kartica vrijedi.
error-exp-format = Unesite mjesec i godinu kao na kartici, na primjer 12/30.
error-exp-past = Ova kartica više ne vrijedi. Molimo upotrijebite drugu karticu.
error-cvc-missing = Unesite sigurnosni kod kartice.
error-cvc-three = Sigurnosni kod ima 3 znamenke.
error-cvc-four = Sigurnosni kod ove kartice ima 4 znamenke.

decline-heading = Plaćanje nije izvršeno
decline-insufficient-funds = Na kartici nema dovoljno sredstava.
    .advice = Upotrijebite drugu karticu ili uplatite novac na račun i pokušajte ponovno.
decline-card-expired = Prema izdavatelju, kartica je istekla.
    .advice = Provjerite uneseni datum ili upotrijebite drugu karticu.
decline-wrong-cvc = Sigurnosni kod ne odgovara kartici.
    .advice = Provjerite kod otisnut na kartici i ponovno unesite podatke o kartici.
decline-wrong-pin = PIN nije bio točan.
    .advice = Pokušajte ponovno s točnim PIN-om ili upotrijebite drugu karticu.
decline-limit-exceeded = Plaćanje prelazi limit postavljen na kartici.
    .advice = Povećajte limit za internetska plaćanja u bankovnoj aplikaciji i pokušajte ponovno ili upotrijebite drugu karticu.
decline-card-blocked = Kartica je blokirana.
    .advice = Upotrijebite drugu karticu. Razlog blokade reći će vam banka koja je karticu izdala.
decline-issuer-unavailable = Banka koja je izdala karticu trenutačno ne odgovara.
    .advice = Pokušajte ponovno za nekoliko minuta ili upotrijebite karticu druge banke.
decline-three-d-secure-failed = Plaćanje nije potvrđeno kod vaše banke (3-D Secure).
    .advice = Pokušajte ponovno i potvrdite plaćanje u bankovnoj aplikaciji ili kodom koji primite.
decline-account-problem = Banka javlja poteškoću s računom ove kartice.
    .advice = Upotrijebite drugu karticu ili se obratite banci koja je izdala ovu.
decline-card-not-supported = Ova vrsta kartice ovdje se ne prihvaća.
    .advice = Upotrijebite drugu karticu.
decline-region-not-supported = Kartice iz ove zemlje ili regije ovdje se ne prihvaćaju.
    .advice = Upotrijebite karticu izdanu u drugoj zemlji.
decline-refused = Banka koja je izdala karticu odbila je plaćanje bez navođenja razloga.
    .advice = Upotrijebite drugu karticu ili upitajte banku jesu li internetska plaćanja omogućena.
decline-technical-problem = Tehnička poteškoća spriječila je plaćanje.
    .advice = Novac nije naplaćen. Molimo pokušajte ponovno za koji trenutak.
decline-duplicate = Banka ovo plaćanje smatra ponavljanjem ranijega.
    .advice = Najprije na računu provjerite je li narudžba već plaćena. Ako nije, pokušajte ponovno kasnije.

challenge-heading = Potvrda plaćanja
challenge-simulation = Simulacija: ova stranica zamjenjuje banku koja je izdala karticu. Nikome se ne šalje poruka ni kod.
challenge-text = Plaćate li to vi?
challenge-issuer = Izdavatelj kartice
challenge-merchant = Trgovac
challenge-amount = Iznos
challenge-card = Kartica
challenge-confirm = Potvrdi plaćanje
challenge-refuse = Odbij

paid-heading = Hvala, plaćanje je izvršeno
paid-text = Platili ste { $amount }. Primatelj: { $payee }.
authorised-heading = Iznos je rezerviran
authorised-text = Na vašoj je kartici rezervirano { $amount }. Primatelj: { $payee }. Iznos će se naplatiti kada trgovina potvrdi vašu narudžbu.
already-paid-heading = Ovo je plaćanje već izvršeno
already-paid-text = Iznos { $amount } već je plaćen. Primatelj: { $payee }. Neće se naplatiti drugi put.
refunded-heading = Za ovo je plaćanje izvršen povrat
refunded-text = Primatelj { $payee } vratio vam je { $amount }. Do uplate na račun može proći nekoliko dana.
partly-refunded-heading = Za dio ovog plaćanja izvršen je povrat
partly-refunded-text = Primatelj { $payee } vratio vam je { $refunded } od { $amount }. Do uplate na račun može proći nekoliko dana.
final-decline-text = Novac nije naplaćen. Vratite se u trgovinu i odaberite drugi način plaćanja.
cancelled-heading = Plaćanje je otkazano
cancelled-text = Novac nije naplaćen. Možete se vratiti u trgovinu i ponovno naručiti.
expired-heading = Vrijeme za ovo plaćanje je isteklo
expired-text = Novac nije naplaćen. Ako i dalje želite platiti, molimo vratite se u trgovinu i ponovno naručite.
processing-heading = Čekamo vašu banku
processing-text = Ishod plaćanja još nije poznat. Stranica ga sama provjerava; molimo ne plaćajte ponovno.
processing-slow = Traje dulje nego inače. Stranicu možete zatvoriti: trgovina će saznati ishod čim bude poznat.
processing-check = Provjeri ponovno
return-button = Natrag u trgovinu
return-automatic = Za nekoliko sekundi vratit ćete se u trgovinu.
returning-heading = Vraćate se u trgovinu
returning-text = Ako se trgovina ne otvori sama, upotrijebite gumb.
may-close = Ovu stranicu možete zatvoriti.

not-found-heading = Ne poznajemo ovo plaćanje
not-found-text = Adresa nije potpuna ili plaćanje više ne postoji. Molimo vratite se u trgovinu i ponovno započnite plaćanje.
busy-heading = Trenutačno plaća mnogo ljudi
busy-text = Vaš zahtjev nije prihvaćen i novac nije naplaćen. Molimo pokušajte ponovno za koji trenutak.
failure-heading = Na našoj je strani došlo do pogreške
failure-text = Molimo najprije ponovno učitajte stranicu: pokazat će je li plaćanje izvršeno. Ako se poteškoća nastavi, navedite trgovini ovu oznaku.
failure-reference = Oznaka: { $id }
try-again = Pokušaj ponovno

sandbox-cards-heading = Testne kartice
sandbox-cards-text = Dovoljni su bilo koji budući datum i bilo koji sigurnosni kod. Odabirom kartice ispunjavate obrazac.
sandbox-more-cards = Kartice koje se odbijaju
sandbox-fill = Upotrijebi karticu { $number }
sandbox-effect-approved = Odobrena
sandbox-effect-challenge = Odobrena nakon potvrde (3-D Secure)
sandbox-effect-authentication-refused = Odbijena u 3-D Secure
sandbox-effect-unknown = Odgovor se gubi; ishod postaje poznat kasnije
sandbox-magic-amount = Iznos koji završava na 04 uvijek se odbija.

method-bank-transfer = Bankovni prijenos
method-mobile-payment = Mobilno plaćanje
method-premium-sms = Premium SMS poruka
methods-more = Drugi načini plaćanja
bank-heading = Odaberite svoju banku
bank-order = nalogom za plaćanje
bank-other = Druga banka
bank-qr = Plaćanje QR kodom
bank-missing = Odaberite banku s popisa.
continue-button = Nastavi
continue-text = Plaćanje ćete potvrditi kod { $provider }.
approval-simulation = Simulacija: ova stranica zamjenjuje { $provider }. Novac se ne prenosi.
approval-account = S računa
approval-review = Ostavi neodlučeno
approval-leave = Odaberite drugi način plaćanja
wallet-email = E-adresa vašeg novčanika
wallet-email-wrong = Unesite e-adresu, na primjer ime@example.com.
device-cards = Kartice u vašem telefonu
order-heading = Nalog za plaćanje
order-text = Unesite ovo plaćanje u svojoj banci ili skenirajte kod. Trgovina će za njega saznati kad novac stigne; stranicu možete zatvoriti.
review-heading = Plaćanje se provjerava
review-text = Najavljeno je i još nije potvrđeno. Ne morate ništa učiniti; trgovina će saznati ishod.
order-recipient = Primatelj
order-account = Broj računa
order-symbol = Varijabilni simbol
order-message = Poruka
order-scan = Skenirajte kod u aplikaciji svoje banke.
order-sandbox-heading = Sandbox: što radi banka?
order-sandbox-arrived = Novac stiže
order-sandbox-announced = Plaćanje je najavljeno
order-sandbox-refused = Banka odbija
decline-account-refused = Vaša banka ili novčanik odbili su plaćanje.
    .advice = Pokušajte ponovno, odaberite drugi način plaćanja ili pitajte svoju banku.
