# Pagina de plată în limba română.

language = Limba
sandbox-badge = Sandbox
sandbox-note = Mediu de test: nu se transferă bani. Nu introduceți niciodată aici un card real.
secure-note = Datele cardului sunt văzute doar de procesatorul de plăți, niciodată de magazin. Codul de securitate nu se păstrează.
payment-number = Plata { $id }

summary-heading = Rezumatul comenzii
summary-payee = Beneficiar
summary-amount = Suma de plată
summary-order = Comanda
summary-until = Vă rugăm să plătiți până la { $moment }

pay-title = Plata sumei de { $amount } către { $payee }
methods-heading = Metoda de plată
methods-none = Această plată nu poate fi efectuată aici: magazinul nu oferă o metodă de plată potrivită. Vă rugăm să reveniți în magazin.
method-payment-card = Card de plată
card-heading = Datele cardului
card-pan = Numărul cardului
card-exp = Valabil până la
card-exp-hint = LL / AA
card-cvc = Cod de securitate
card-cvc-hint = CVC: 3 cifre pe spatele cardului
card-cvc-hint-four = CID: 4 cifre pe fața cardului
pay-button = Plătiți { $amount }
hold-button = Rezervați { $amount }
hold-note = Suma este acum doar rezervată pe cardul dumneavoastră. Va fi debitată când magazinul confirmă comanda.
card-only = Această plată se poate face numai cu cardul { $card }.
agree-later = Prin plată sunteți de acord ca { $payee } să poată debita din nou acest card mai târziu.
working = Plata este în curs de procesare. Vă rugăm să nu închideți această pagină.
cancel-button = Anulați plata
attempts-left =
    { $count ->
        [one] Mai aveți o singură încercare.
        [few] Mai aveți { $count } încercări.
       *[other] Mai aveți { $count } de încercări.
    }

errors-heading = Vă rugăm să verificați datele introduse
error-pan-missing = Introduceți numărul cardului.
error-pan-characters = Numărul cardului poate conține doar cifre.
error-pan-length = Numărul cardului nu este complet.
error-pan-checksum = Numărul cardului nu este valid. Vă rugăm să verificați dacă nu conține o greșeală.
error-exp-missing = Introduceți data până la care este valabil cardul.
error-exp-format = Introduceți luna și anul așa cum apar pe card, de exemplu 12/30.
error-exp-past = Acest card a expirat. Vă rugăm să folosiți alt card.
error-cvc-missing = Introduceți codul de securitate al cardului.
error-cvc-three = Codul de securitate are 3 cifre.
error-cvc-four = Codul de securitate al acestui card are 4 cifre.

decline-heading = Plata nu a fost efectuată
decline-insufficient-funds = Pe card nu sunt suficienți bani disponibili.
    .advice = Folosiți alt card sau alimentați contul și încercați din nou.
decline-card-expired = Potrivit emitentului, cardul a expirat.
    .advice = Verificați data introdusă sau folosiți alt card.
decline-wrong-cvc = Codul de securitate nu corespunde cardului.
    .advice = Verificați codul tipărit pe card și introduceți din nou datele cardului.
decline-wrong-pin = Codul PIN nu a fost corect.
    .advice = Încercați din nou cu codul PIN corect sau folosiți alt card.
decline-limit-exceeded = Plata depășește o limită stabilită pentru card.
    .advice = Măriți limita pentru plăți online în aplicația băncii și încercați din nou sau folosiți alt card.
decline-card-blocked = Cardul este blocat.
    .advice = Folosiți alt card. Banca emitentă vă va comunica motivul blocării.
decline-issuer-unavailable = Banca emitentă a cardului nu răspunde în acest moment.
    .advice = Încercați din nou peste câteva minute sau folosiți cardul altei bănci.
decline-three-d-secure-failed = Plata nu a fost confirmată la banca dumneavoastră (3-D Secure).
    .advice = Încercați din nou și confirmați plata în aplicația băncii sau cu codul primit.
decline-account-problem = Banca semnalează o problemă cu contul acestui card.
    .advice = Folosiți alt card sau contactați banca emitentă.
decline-card-not-supported = Acest tip de card nu este acceptat aici.
    .advice = Folosiți alt card.
decline-region-not-supported = Cardurile din această țară sau regiune nu sunt acceptate aici.
    .advice = Folosiți un card emis în altă țară.
decline-refused = Banca emitentă a cardului a refuzat plata fără a preciza motivul.
    .advice = Folosiți alt card sau întrebați banca dacă plățile online sunt activate.
decline-technical-problem = O problemă tehnică a împiedicat plata.
    .advice = Nu s-au retras bani. Vă rugăm să încercați din nou peste câteva momente.
decline-duplicate = Banca consideră că această plată o repetă pe una anterioară.
    .advice = Verificați mai întâi în cont dacă nu cumva comanda a fost deja plătită. Dacă nu, încercați din nou mai târziu.

challenge-heading = Confirmarea plății
challenge-simulation = Simulare: această pagină ține locul băncii emitente a cardului. Nu se trimite nimănui niciun mesaj sau cod.
challenge-text = Dumneavoastră efectuați această plată?
challenge-issuer = Emitentul cardului
challenge-merchant = Comerciant
challenge-amount = Suma
challenge-card = Card
challenge-confirm = Confirmați plata
challenge-refuse = Refuzați

paid-heading = Vă mulțumim, plata a fost efectuată
paid-text = Ați plătit { $amount } către { $payee }.
authorised-heading = Suma a fost rezervată
authorised-text = Suma de { $amount } este rezervată pe cardul dumneavoastră pentru { $payee }. Va fi debitată când magazinul confirmă comanda.
already-paid-heading = Această plată a fost deja efectuată
already-paid-text = Suma de { $amount } a fost deja plătită către { $payee }. Nu va fi debitată a doua oară.
refunded-heading = Plata a fost rambursată
refunded-text = { $payee } v-a trimis înapoi { $amount }. Pot trece câteva zile până când suma ajunge în cont.
partly-refunded-heading = O parte din plată a fost rambursată
partly-refunded-text = { $payee } v-a trimis înapoi { $refunded } din { $amount }. Pot trece câteva zile până când suma ajunge în cont.
final-decline-text = Nu s-au retras bani. Reveniți în magazin pentru a alege altă metodă de plată.
cancelled-heading = Plata a fost anulată
cancelled-text = Nu s-au retras bani. Puteți reveni în magazin pentru a comanda din nou.
expired-heading = Timpul pentru această plată a expirat
expired-text = Nu s-au retras bani. Dacă doriți în continuare să plătiți, vă rugăm să reveniți în magazin și să comandați din nou.
processing-heading = Așteptăm răspunsul băncii dumneavoastră
processing-text = Rezultatul plății nu este încă cunoscut. Pagina îl verifică singură; vă rugăm să nu plătiți din nou.
processing-slow = Durează mai mult decât de obicei. Puteți închide această pagină: magazinul va afla rezultatul de îndată ce este cunoscut.
processing-check = Verificați din nou
return-button = Înapoi la magazin
return-automatic = Veți reveni în magazin în câteva secunde.
returning-heading = Reveniți în magazin
returning-text = Dacă magazinul nu se deschide singur, folosiți butonul.
may-close = Puteți închide această pagină.

not-found-heading = Nu cunoaștem această plată
not-found-text = Adresa nu este completă sau plata nu mai există. Vă rugăm să reveniți în magazin și să începeți plata din nou.
busy-heading = În acest moment plătesc foarte multe persoane
busy-text = Cererea nu a fost acceptată și nu s-au retras bani. Vă rugăm să încercați din nou peste câteva momente.
failure-heading = A apărut o eroare la noi
failure-text = Vă rugăm mai întâi să reîncărcați pagina: veți vedea dacă plata a fost efectuată. Dacă problema persistă, comunicați magazinului această referință.
failure-reference = Referință: { $id }
try-again = Încercați din nou

sandbox-cards-heading = Carduri de test
sandbox-cards-text = Sunt suficiente orice dată viitoare și orice cod de securitate. Alegeți un card pentru a completa formularul.
sandbox-more-cards = Carduri care sunt refuzate
sandbox-fill = Folosiți cardul { $number }
sandbox-effect-approved = Aprobat
sandbox-effect-challenge = Aprobat după confirmare (3-D Secure)
sandbox-effect-authentication-refused = Refuzat de 3-D Secure
sandbox-effect-unknown = Răspunsul se pierde; rezultatul va fi cunoscut mai târziu
sandbox-magic-amount = O sumă care se termină în 04 este întotdeauna refuzată.

method-bank-transfer = Transfer bancar
method-mobile-payment = Plată mobilă
method-premium-sms = SMS cu suprataxă
methods-more = Alte metode de plată
bank-heading = Alegeți banca dumneavoastră
bank-order = prin ordin de plată
bank-other = Altă bancă
bank-qr = Plată prin cod QR
bank-missing = Alegeți o bancă din listă.
continue-button = Continuați
continue-text = Veți confirma plata la { $provider }.
approval-simulation = Simulare: această pagină ține locul { $provider }. Nu se mută bani.
approval-account = Din contul
approval-review = Lăsați nedecis
approval-leave = Alegeți altă metodă de plată
wallet-email = E-mailul portofelului
wallet-email-wrong = Introduceți o adresă de e-mail, de exemplu nume@example.com.
device-cards = Cardurile din telefon
order-heading = Ordin de plată
order-text = Introduceți această plată la banca dumneavoastră sau scanați codul. Magazinul află când sosesc banii; puteți închide pagina.
review-heading = Plata este verificată
review-text = A fost anunțată și nu este încă confirmată. Nu trebuie să faceți nimic; magazinul va afla rezultatul.
order-recipient = Beneficiar
order-account = Numărul contului
order-symbol = Simbol variabil
order-message = Mesaj
order-scan = Scanați codul în aplicația băncii.
order-sandbox-heading = Sandbox: ce face banca?
order-sandbox-arrived = Banii sosesc
order-sandbox-announced = Plata este anunțată
order-sandbox-refused = Banca refuză
decline-account-refused = Banca sau portofelul dumneavoastră a refuzat plata.
    .advice = Încercați din nou, alegeți altă metodă de plată sau întrebați banca.
