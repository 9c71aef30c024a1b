# Platební stránka česky.

language = Jazyk
sandbox-badge = Sandbox
sandbox-note = Testovací prostředí: peníze se nepřevádějí. Nikdy zde nezadávejte skutečnou kartu.
secure-note = Údaje o kartě vidí pouze platební brána, obchod nikdy. Bezpečnostní kód se neukládá.
payment-number = Platba { $id }

summary-heading = Souhrn objednávky
summary-payee = Příjemce
summary-amount = Částka k úhradě
summary-order = Objednávka
summary-until = Zaplaťte prosím do { $moment }

pay-title = Platba { $amount } pro { $payee }
methods-heading = Způsob platby
methods-none = Tuto platbu zde nelze provést: obchod nenabízí vhodný způsob platby. Vraťte se prosím do obchodu.
method-payment-card = Platební karta
card-heading = Údaje o kartě
card-pan = Číslo karty
card-exp = Platnost do
card-exp-hint = MM / RR
card-cvc = Bezpečnostní kód
card-cvc-hint = CVC: 3 číslice na zadní straně karty
card-cvc-hint-four = CID: 4 číslice na přední straně karty
pay-button = Zaplatit { $amount }
hold-button = Rezervovat { $amount }
hold-note = Částka bude nyní na kartě pouze rezervována. Stržena bude, až obchod potvrdí vaši objednávku.
card-only = Tuto platbu lze provést jen kartou { $card }.
agree-later = Zaplacením souhlasíte s tím, že { $payee } může tuto kartu později znovu použít k platbě.
working = Platba se zpracovává. Nezavírejte prosím tuto stránku.
cancel-button = Zrušit platbu
attempts-left =
    { $count ->
        [one] Zbývá vám poslední pokus.
        [few] Zbývají vám { $count } pokusy.
       *[other] Zbývá vám { $count } pokusů.
    }

errors-heading = Zkontrolujte prosím zadané údaje
error-pan-missing = Zadejte číslo karty.
error-pan-characters = Číslo karty smí obsahovat pouze číslice.
error-pan-length = Číslo karty není úplné.
error-pan-checksum = Číslo karty není platné. Zkontrolujte prosím, zda v něm není překlep.
error-exp-missing = Zadejte, do kdy karta platí.
error-exp-format = Zadejte měsíc a rok tak, jak jsou na kartě, například 12/30.
error-exp-past = Platnost této karty už skončila. Použijte prosím jinou kartu.
error-cvc-missing = Zadejte bezpečnostní kód karty.
error-cvc-three = Bezpečnostní kód má 3 číslice.
error-cvc-four = Bezpečnostní kód této karty má 4 číslice.

decline-heading = Platba se neuskutečnila
decline-insufficient-funds = Na kartě není dostatek peněz.
    .advice = Použijte jinou kartu, nebo si doplňte účet a zkuste to znovu.
decline-card-expired = Podle vydavatele karty její platnost skončila.
    .advice = Zkontrolujte zadané datum, nebo použijte jinou kartu.
decline-wrong-cvc = Bezpečnostní kód ke kartě nepatří.
    .advice = Zkontrolujte kód vytištěný na kartě a zadejte údaje o kartě znovu.
decline-wrong-pin = PIN nebyl správný.
    .advice = Zkuste to znovu se správným PINem, nebo použijte jinou kartu.
decline-limit-exceeded = Platba překračuje limit nastavený na kartě.
    .advice = Zvyšte si v bankovní aplikaci limit pro platby na internetu a zkuste to znovu, nebo použijte jinou kartu.
decline-card-blocked = Karta je zablokovaná.
    .advice = Použijte jinou kartu. Důvod zablokování vám sdělí banka, která kartu vydala.
decline-issuer-unavailable = Banka, která kartu vydala, nyní neodpovídá.
    .advice = Zkuste to znovu za několik minut, nebo použijte kartu jiné banky.
decline-three-d-secure-failed = Platba nebyla potvrzena u vaší banky (3-D Secure).
    .advice = Zkuste to znovu a platbu potvrďte v bankovní aplikaci nebo kódem, který obdržíte.
decline-account-problem = Banka hlásí potíže s účtem, ke kterému karta patří.
    .advice = Použijte jinou kartu, nebo se obraťte na banku, která tuto kartu vydala.
decline-card-not-supported = Tento druh karty zde nelze použít.
    .advice = Použijte jinou kartu.
decline-region-not-supported = Karty z této země nebo oblasti zde nelze použít.
    .advice = Použijte kartu vydanou v jiné zemi.
decline-refused = Banka, která kartu vydala, platbu odmítla a neuvedla důvod.
    .advice = Použijte jinou kartu, nebo se banky zeptejte, zda máte povolené platby na internetu.
decline-technical-problem = Platbě zabránila technická potíž.
    .advice = Žádné peníze nebyly strženy. Zkuste to prosím za chvíli znovu.
decline-duplicate = Banka platbu považuje za opakování některé předchozí.
    .advice = Nejprve si na účtu ověřte, zda už objednávka není zaplacena. Pokud ne, zkuste to později znovu.

challenge-heading = Potvrzení platby
challenge-simulation = Simulace: tato stránka zastupuje banku, která kartu vydala. Nikomu se neposílá žádná zpráva ani kód.
challenge-text = Provádíte tuto platbu vy?
challenge-issuer = Vydavatel karty
challenge-merchant = Obchodník
challenge-amount = Částka
challenge-card = Karta
challenge-confirm = Potvrdit platbu
challenge-refuse = Odmítnout

paid-heading = Děkujeme, platba proběhla
paid-text = Zaplatili jste { $amount }. Příjemce: { $payee }.
authorised-heading = Částka byla rezervována
authorised-text = Na vaší kartě je rezervováno { $amount } pro příjemce { $payee }. Částka bude stržena, až obchod potvrdí vaši objednávku.
already-paid-heading = Tato platba už byla provedena
already-paid-text = Částka { $amount } už byla zaplacena. Příjemce: { $payee }. Podruhé se nestrhne.
refunded-heading = Platba byla vrácena
refunded-text = Příjemce { $payee } vám poslal zpět { $amount }. Připsání na účet může trvat několik dní.
partly-refunded-heading = Část platby byla vrácena
partly-refunded-text = Příjemce { $payee } vám z { $amount } poslal zpět { $refunded }. Připsání na účet může trvat několik dní.
final-decline-text = Žádné peníze nebyly strženy. Vraťte se do obchodu a zvolte jiný způsob platby.
cancelled-heading = Platba byla zrušena
cancelled-text = Žádné peníze nebyly strženy. Můžete se vrátit do obchodu a objednat znovu.
expired-heading = Čas na zaplacení vypršel
expired-text = Žádné peníze nebyly strženy. Pokud chcete stále zaplatit, vraťte se prosím do obchodu a objednejte znovu.
processing-heading = Čekáme na vaši banku
processing-text = Výsledek platby ještě není znám. Stránka ho zjišťuje sama, neplaťte prosím znovu.
processing-slow = Trvá to déle než obvykle. Stránku můžete zavřít: obchod se výsledek dozví, jakmile bude znám.
processing-check = Zjistit znovu
return-button = Zpět do obchodu
return-automatic = Za několik sekund se vrátíte do obchodu.
returning-heading = Vracíte se do obchodu
returning-text = Pokud se obchod neotevře sám, použijte tlačítko.
may-close = Tuto stránku můžete zavřít.

not-found-heading = Tuto platbu neznáme
not-found-text = Adresa není úplná, nebo platba již neexistuje. Vraťte se prosím do obchodu a začněte platbu znovu.
busy-heading = Právě platí mnoho lidí
busy-text = Požadavek nebyl přijat a žádné peníze nebyly strženy. Zkuste to prosím za chvíli znovu.
failure-heading = Na naší straně se něco pokazilo
failure-text = Nejprve prosím stránku načtěte znovu: uvidíte, zda platba proběhla. Pokud potíže trvají, sdělte obchodu toto označení.
failure-reference = Označení: { $id }
try-again = Zkusit znovu

sandbox-cards-heading = Testovací karty
sandbox-cards-text = Postačí libovolné budoucí datum a libovolný bezpečnostní kód. Výběrem karty formulář vyplníte.
sandbox-more-cards = Karty, které budou odmítnuty
sandbox-fill = Použít kartu { $number }
sandbox-effect-approved = Schválena
sandbox-effect-challenge = Schválena po potvrzení (3-D Secure)
sandbox-effect-authentication-refused = Odmítnuta v 3-D Secure
sandbox-effect-unknown = Odpověď se ztratí, výsledek bude znám později
sandbox-magic-amount = Částka končící na 04 je vždy odmítnuta.

method-bank-transfer = Bankovní převod
method-mobile-payment = Platba mobilem
method-premium-sms = Prémiová SMS
methods-more = Další způsoby platby
bank-heading = Vyberte svou banku
bank-order = platebním příkazem
bank-other = Jiná banka
bank-qr = QR platba
bank-missing = Vyberte banku ze seznamu.
continue-button = Pokračovat
continue-text = Platbu potvrdíte u { $provider }.
approval-simulation = Simulace: tato stránka zastupuje { $provider }. Žádné peníze se nepřesouvají.
approval-account = Z účtu
approval-review = Nechat nerozhodnuté
approval-leave = Zvolit jiný způsob platby
wallet-email = E-mail vaší peněženky
wallet-email-wrong = Zadejte e-mailovou adresu, například jmeno@example.com.
device-cards = Karty ve vašem telefonu
order-heading = Platební příkaz
order-text = Zadejte tuto platbu ve své bance nebo naskenujte kód. Obchod se o ní dozví, jakmile peníze dorazí; stránku můžete zavřít.
review-heading = Platba se ověřuje
review-text = Byla ohlášena a zatím není potvrzena. Nemusíte nic dělat; obchod se výsledek dozví.
order-recipient = Příjemce platby
order-account = Číslo účtu
order-symbol = Variabilní symbol
order-message = Zpráva pro příjemce
order-scan = Naskenujte kód v aplikaci své banky.
order-sandbox-heading = Sandbox: co udělá banka?
order-sandbox-arrived = Peníze dorazí
order-sandbox-announced = Platba je ohlášena
order-sandbox-refused = Banka odmítne
decline-account-refused = Vaše banka nebo peněženka platbu odmítla.
    .advice = Zkuste to znovu, zvolte jiný způsob platby nebo se zeptejte své banky.
