# Platobná stránka po slovensky.

language = Jazyk
sandbox-badge = Sandbox
sandbox-note = Testovacie prostredie: peniaze sa neprevádzajú. Nikdy tu nezadávajte skutočnú kartu.
secure-note = Údaje o karte vidí iba platobná brána, obchod nikdy. Bezpečnostný kód sa neukladá.
payment-number = Platba { $id }

summary-heading = Súhrn objednávky
summary-payee = Príjemca
summary-amount = Suma na úhradu
summary-order = Objednávka
summary-until = Zaplaťte, prosím, do { $moment }

pay-title = Platba { $amount } pre { $payee }
methods-heading = Spôsob platby
methods-none = Túto platbu tu nemožno vykonať: obchod neponúka vhodný spôsob platby. Vráťte sa, prosím, do obchodu.
method-payment-card = Platobná karta
card-heading = Údaje o karte
card-pan = Číslo karty
card-exp = Platnosť do
card-exp-hint = MM / RR
card-cvc = Bezpečnostný kód
card-cvc-hint = CVC: 3 číslice na zadnej strane karty
card-cvc-hint-four = CID: 4 číslice na prednej strane karty
pay-button = Zaplatiť { $amount }
hold-button = Rezervovať { $amount }
hold-note = Suma sa teraz na karte iba rezervuje. Stiahne sa, až keď obchod potvrdí vašu objednávku.
card-only = Túto platbu možno vykonať len kartou { $card }.
agree-later = Zaplatením súhlasíte s tým, že { $payee } môže túto kartu neskôr znova použiť na platbu.
working = Platba sa spracúva. Nezatvárajte, prosím, túto stránku.
cancel-button = Zrušiť platbu
attempts-left =
    { $count ->
        [one] Zostáva vám posledný pokus.
        [few] Zostávajú vám { $count } pokusy.
       *[other] Zostáva vám { $count } pokusov.
    }

errors-heading = Skontrolujte, prosím, zadané údaje
error-pan-missing = Zadajte číslo karty.
error-pan-characters = Číslo karty smie obsahovať iba číslice.
error-pan-length = Číslo karty nie je úplné.
error-pan-checksum = Číslo karty nie je platné. Skontrolujte, prosím, či v ňom nie je preklep.
error-exp-missing = Zadajte, dokedy karta platí.
error-exp-format = Zadajte mesiac a rok tak, ako sú na karte, napríklad 12/30.
error-exp-past = Platnosť tejto karty sa už skončila. Použite, prosím, inú kartu.
error-cvc-missing = Zadajte bezpečnostný kód karty.
error-cvc-three = Bezpečnostný kód má 3 číslice.
error-cvc-four = Bezpečnostný kód tejto karty má 4 číslice.

decline-heading = Platba sa neuskutočnila
decline-insufficient-funds = Na karte nie je dostatok peňazí.
    .advice = Použite inú kartu alebo si doplňte účet a skúste to znova.
decline-card-expired = Podľa vydavateľa karty sa jej platnosť skončila.
    .advice = Skontrolujte zadaný dátum alebo použite inú kartu.
decline-wrong-cvc = Bezpečnostný kód ku karte nepatrí.
    .advice = Skontrolujte kód vytlačený na karte a zadajte údaje o karte znova.
decline-wrong-pin = PIN nebol správny.
    .advice = Skúste to znova so správnym PIN kódom alebo použite inú kartu.
decline-limit-exceeded = Platba prekračuje limit nastavený na karte.
    .advice = Zvýšte si v bankovej aplikácii limit na platby na internete a skúste to znova alebo použite inú kartu.
decline-card-blocked = Karta je zablokovaná.
    .advice = Použite inú kartu. Dôvod zablokovania vám oznámi banka, ktorá kartu vydala.
decline-issuer-unavailable = Banka, ktorá kartu vydala, momentálne neodpovedá.
    .advice = Skúste to znova o niekoľko minút alebo použite kartu inej banky.
decline-three-d-secure-failed = Platba nebola potvrdená vo vašej banke (3-D Secure).
    .advice = Skúste to znova a platbu potvrďte v bankovej aplikácii alebo kódom, ktorý dostanete.
decline-account-problem = Banka hlási ťažkosti s účtom, ku ktorému karta patrí.
    .advice = Použite inú kartu alebo sa obráťte na banku, ktorá túto kartu vydala.
decline-card-not-supported = Tento druh karty tu nemožno použiť.
    .advice = Použite inú kartu.
decline-region-not-supported = Karty z tejto krajiny alebo oblasti tu nemožno použiť.
    .advice = Použite kartu vydanú v inej krajine.
decline-refused = Banka, ktorá kartu vydala, platbu odmietla a neuviedla dôvod.
    .advice = Použite inú kartu alebo sa v banke opýtajte, či máte povolené platby na internete.
decline-technical-problem = Platbe zabránila technická chyba.
    .advice = Žiadne peniaze neboli stiahnuté. Skúste to, prosím, o chvíľu znova.
decline-duplicate = Banka platbu považuje za opakovanie niektorej predchádzajúcej.
    .advice = Najprv si na účte overte, či už objednávka nie je zaplatená. Ak nie, skúste to neskôr znova.

challenge-heading = Potvrdenie platby
challenge-simulation = Simulácia: táto stránka zastupuje banku, ktorá kartu vydala. Nikomu sa neposiela žiadna správa ani kód.
challenge-text = Robíte túto platbu vy?
challenge-issuer = Vydavateľ karty
challenge-merchant = Obchodník
challenge-amount = Suma
challenge-card = Karta
challenge-confirm = Potvrdiť platbu
challenge-refuse = Odmietnuť

paid-heading = Ďakujeme, platba prebehla
paid-text = Zaplatili ste { $amount }. Príjemca: { $payee }.
authorised-heading = Suma bola rezervovaná
authorised-text = Na vašej karte je rezervovaná suma { $amount } pre príjemcu { $payee }. Stiahne sa, až keď obchod potvrdí vašu objednávku.
already-paid-heading = Táto platba už bola vykonaná
already-paid-text = Suma { $amount } už bola zaplatená. Príjemca: { $payee }. Druhýkrát sa nestiahne.
refunded-heading = Platba bola vrátená
refunded-text = Príjemca { $payee } vám poslal späť { $amount }. Pripísanie na účet môže trvať niekoľko dní.
partly-refunded-heading = Časť platby bola vrátená
partly-refunded-text = Príjemca { $payee } vám z { $amount } poslal späť { $refunded }. Pripísanie na účet môže trvať niekoľko dní.
final-decline-text = Žiadne peniaze neboli stiahnuté. Vráťte sa do obchodu a zvoľte iný spôsob platby.
cancelled-heading = Platba bola zrušená
cancelled-text = Žiadne peniaze neboli stiahnuté. Môžete sa vrátiť do obchodu a objednať znova.
expired-heading = Čas na zaplatenie uplynul
expired-text = Žiadne peniaze neboli stiahnuté. Ak chcete stále zaplatiť, vráťte sa, prosím, do obchodu a objednajte znova.
processing-heading = Čakáme na vašu banku
processing-text = Výsledok platby ešte nie je známy. Stránka ho zisťuje sama, neplaťte, prosím, znova.
processing-slow = Trvá to dlhšie ako zvyčajne. Stránku môžete zavrieť: obchod sa výsledok dozvie, hneď ako bude známy.
processing-check = Zistiť znova
return-button = Späť do obchodu
return-automatic = O niekoľko sekúnd sa vrátite do obchodu.
returning-heading = Vraciate sa do obchodu
returning-text = Ak sa obchod neotvorí sám, použite tlačidlo.
may-close = Túto stránku môžete zavrieť.

not-found-heading = Túto platbu nepoznáme
not-found-text = Adresa nie je úplná alebo platba už neexistuje. Vráťte sa, prosím, do obchodu a začnite platbu znova.
busy-heading = Práve platí veľa ľudí
busy-text = Požiadavka nebola prijatá a žiadne peniaze neboli stiahnuté. Skúste to, prosím, o chvíľu znova.
failure-heading = Na našej strane sa niečo pokazilo
failure-text = Najprv, prosím, stránku načítajte znova: uvidíte, či platba prebehla. Ak ťažkosti trvajú, oznámte obchodu toto označenie.
failure-reference = Označenie: { $id }
try-again = Skúsiť znova

sandbox-cards-heading = Testovacie karty
sandbox-cards-text = Postačí ľubovoľný budúci dátum a ľubovoľný bezpečnostný kód. Výberom karty formulár vyplníte.
sandbox-more-cards = Karty, ktoré budú zamietnuté
sandbox-fill = Použiť kartu { $number }
sandbox-effect-approved = Schválená
sandbox-effect-challenge = Schválená po potvrdení (3-D Secure)
sandbox-effect-authentication-refused = Zamietnutá v 3-D Secure
sandbox-effect-unknown = Odpoveď sa stratí, výsledok bude známy neskôr
sandbox-magic-amount = Suma končiaca sa na 04 je vždy zamietnutá.

method-bank-transfer = Bankový prevod
method-mobile-payment = Platba mobilom
method-premium-sms = Prémiová SMS správa
methods-more = Ďalšie spôsoby platby
bank-heading = Vyberte svoju banku
bank-order = platobným príkazom
bank-other = Iná banka
bank-qr = QR platba
bank-missing = Vyberte banku zo zoznamu.
continue-button = Pokračovať
continue-text = Platbu potvrdíte u { $provider }.
approval-simulation = Simulácia: táto stránka zastupuje { $provider }. Žiadne peniaze sa nepresúvajú.
approval-account = Z účtu
approval-review = Nechať nerozhodnuté
approval-leave = Zvoliť iný spôsob platby
wallet-email = E-mail vašej peňaženky
wallet-email-wrong = Zadajte e-mailovú adresu, napríklad meno@example.com.
device-cards = Karty vo vašom telefóne
order-heading = Platobný príkaz
order-text = Zadajte túto platbu vo svojej banke alebo naskenujte kód. Obchod sa o nej dozvie, keď peniaze dorazia; stránku môžete zavrieť.
review-heading = Platba sa overuje
review-text = Bola ohlásená a zatiaľ nie je potvrdená. Nemusíte nič robiť; obchod sa výsledok dozvie.
order-recipient = Príjemca platby
order-account = Číslo účtu
order-symbol = Variabilný symbol
order-message = Správa pre príjemcu
order-scan = Naskenujte kód v aplikácii svojej banky.
order-sandbox-heading = Sandbox: čo urobí banka?
order-sandbox-arrived = Peniaze dorazia
order-sandbox-announced = Platba je ohlásená
order-sandbox-refused = Banka odmietne
decline-account-refused = Vaša banka alebo peňaženka platbu odmietla.
    .advice = Skúste to znova, zvoľte iný spôsob platby alebo sa spýtajte svojej banky.
