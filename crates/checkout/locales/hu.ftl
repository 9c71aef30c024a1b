# A fizetési oldal magyarul.

language = Nyelv
sandbox-badge = Sandbox
sandbox-note = Tesztkörnyezet: pénzmozgás nem történik. Soha ne adjon meg itt valódi kártyát.
secure-note = A kártyaadatokat csak a fizetési átjáró látja, az üzlet soha. A biztonsági kódot nem tároljuk.
payment-number = Fizetés: { $id }

summary-heading = A rendelés összegzése
summary-payee = Kedvezményezett
summary-amount = Fizetendő összeg
summary-order = Rendelés
summary-until = Kérjük, fizessen eddig: { $moment }

pay-title = { $amount } fizetése – { $payee }
methods-heading = Fizetési mód
methods-none = Ez a fizetés itt nem teljesíthető: az üzlet nem kínál megfelelő fizetési módot. Kérjük, térjen vissza az üzletbe.
method-payment-card = Bankkártya
card-heading = Kártyaadatok
card-pan = Kártyaszám
card-exp = Érvényesség vége
card-exp-hint = HH / ÉÉ
card-cvc = Biztonsági kód
card-cvc-hint = CVC: 3 számjegy a kártya hátoldalán
card-cvc-hint-four = CID: 4 számjegy a kártya előlapján
pay-button = { $amount } fizetése
hold-button = { $amount } zárolása
hold-note = Az összeget most csak zároljuk a kártyáján. A terhelésre akkor kerül sor, amikor az üzlet visszaigazolja a rendelését.
working = A fizetés feldolgozása folyamatban van. Kérjük, ne zárja be ezt az oldalt.
cancel-button = Fizetés megszakítása
attempts-left =
    { $count ->
        [one] Még egy kísérlete maradt.
       *[other] Még { $count } kísérlete maradt.
    }

errors-heading = Kérjük, ellenőrizze az adatokat
error-pan-missing = Adja meg a kártyaszámot.
error-pan-characters = A kártyaszám csak számjegyeket tartalmazhat.
error-pan-length = A kártyaszám hiányos.
error-pan-checksum = A kártyaszám érvénytelen. Kérjük, ellenőrizze, nem gépelte-e el.
error-exp-missing = Adja meg, meddig érvényes a kártya.
error-exp-format = A hónapot és az évet a kártyán látható módon adja meg, például 12/30.
error-exp-past = Ez a kártya már lejárt. Kérjük, használjon másik kártyát.
error-cvc-missing = Adja meg a kártya biztonsági kódját.
error-cvc-three = A biztonsági kód 3 számjegyből áll.
error-cvc-four = Ennek a kártyának a biztonsági kódja 4 számjegyből áll.

decline-heading = A fizetés nem sikerült
decline-insufficient-funds = A kártyán nincs elegendő fedezet.
    .advice = Használjon másik kártyát, vagy töltse fel a számláját, és próbálja újra.
decline-card-expired = A kibocsátó szerint a kártya lejárt.
    .advice = Ellenőrizze a megadott dátumot, vagy használjon másik kártyát.
decline-wrong-cvc = A biztonsági kód nem tartozik a kártyához.
    .advice = Ellenőrizze a kártyára nyomtatott kódot, és adja meg újra a kártyaadatokat.
decline-wrong-pin = A PIN-kód hibás volt.
    .advice = Próbálja újra a helyes PIN-kóddal, vagy használjon másik kártyát.
decline-limit-exceeded = A fizetés meghaladja a kártyán beállított limitet.
    .advice = Emelje meg banki alkalmazásában az internetes fizetések limitjét, és próbálja újra, vagy használjon másik kártyát.
decline-card-blocked = A kártya le van tiltva.
    .advice = Használjon másik kártyát. A letiltás okáról a kártyát kibocsátó bank ad tájékoztatást.
decline-issuer-unavailable = A kártyát kibocsátó bank jelenleg nem válaszol.
    .advice = Próbálja újra néhány perc múlva, vagy használja egy másik bank kártyáját.
decline-three-d-secure-failed = A fizetést nem hagyták jóvá a bankjánál (3-D Secure).
    .advice = Próbálja újra, és hagyja jóvá a fizetést banki alkalmazásában vagy a kapott kóddal.
decline-account-problem = A bank hibát jelez a kártyához tartozó számlával kapcsolatban.
    .advice = Használjon másik kártyát, vagy forduljon a kártyát kibocsátó bankhoz.
decline-card-not-supported = Ez a kártyatípus itt nem használható.
    .advice = Használjon másik kártyát.
decline-region-not-supported = Az ebből az országból vagy térségből származó kártyák itt nem használhatók.
    .advice = Használjon más országban kibocsátott kártyát.
decline-refused = A kártyát kibocsátó bank indoklás nélkül elutasította a fizetést.
    .advice = Használjon másik kártyát, vagy kérdezze meg bankját, engedélyezve van-e az internetes fizetés.
decline-technical-problem = A fizetést műszaki hiba akadályozta meg.
    .advice = Nem történt terhelés. Kérjük, próbálja újra egy kis idő múlva.
decline-duplicate = A bank szerint ez a fizetés egy korábbinak az ismétlése.
    .advice = Először ellenőrizze a számláján, nincs-e már kifizetve a rendelés. Ha nincs, próbálja újra később.

challenge-heading = A fizetés jóváhagyása
challenge-simulation = Szimuláció: ez az oldal a kártyát kibocsátó bankot helyettesíti. Senkinek nem küldünk üzenetet vagy kódot.
challenge-text = Ön végzi ezt a fizetést?
challenge-issuer = Kártyakibocsátó
challenge-merchant = Kereskedő
challenge-amount = Összeg
challenge-card = Kártya
challenge-confirm = Fizetés jóváhagyása
challenge-refuse = Elutasítás

paid-heading = Köszönjük, a fizetés sikerült
paid-text = Kifizetett összeg: { $amount }. Kedvezményezett: { $payee }.
authorised-heading = Az összeget zároltuk
authorised-text = Kártyáján { $amount } zárolva van. Kedvezményezett: { $payee }. A terhelésre akkor kerül sor, amikor az üzlet visszaigazolja a rendelését.
already-paid-heading = Ez a fizetés már megtörtént
already-paid-text = Kifizetett összeg: { $amount }. Kedvezményezett: { $payee }. Az összeget nem terheljük meg még egyszer.
refunded-heading = A fizetést visszatérítették
refunded-text = { $payee } pénzt küldött vissza Önnek ebből a fizetésből. A jóváírás néhány napot vehet igénybe.
final-decline-text = Nem történt terhelés. Térjen vissza az üzletbe, és válasszon másik fizetési módot.
cancelled-heading = A fizetést megszakították
cancelled-text = Nem történt terhelés. Visszatérhet az üzletbe, és újra rendelhet.
expired-heading = A fizetésre rendelkezésre álló idő lejárt
expired-text = Nem történt terhelés. Ha továbbra is fizetni szeretne, kérjük, térjen vissza az üzletbe, és rendeljen újra.
processing-heading = Bankja válaszára várunk
processing-text = A fizetés eredménye még nem ismert. Az oldal magától lekérdezi; kérjük, ne fizessen újra.
processing-slow = A szokásosnál tovább tart. Az oldalt bezárhatja: az üzlet értesül az eredményről, amint az ismertté válik.
processing-check = Ellenőrzés újra
return-button = Vissza az üzletbe
return-automatic = Néhány másodpercen belül visszakerül az üzletbe.
returning-heading = Visszairányítjuk az üzletbe
returning-text = Ha az üzlet nem nyílik meg magától, használja a gombot.
may-close = Ezt az oldalt bezárhatja.

not-found-heading = Ezt a fizetést nem ismerjük
not-found-text = A cím hiányos, vagy a fizetés már nem létezik. Kérjük, térjen vissza az üzletbe, és kezdje újra a fizetést.
busy-heading = Jelenleg nagyon sokan fizetnek
busy-text = Kérését nem tudtuk fogadni, és nem történt terhelés. Kérjük, próbálja újra egy kis idő múlva.
failure-heading = Nálunk hiba történt
failure-text = Kérjük, először töltse újra az oldalt: látni fogja, hogy a fizetés megtörtént-e. Ha a hiba továbbra is fennáll, adja meg az üzletnek ezt az azonosítót.
failure-reference = Azonosító: { $id }
try-again = Próbálja újra

sandbox-cards-heading = Tesztkártyák
sandbox-cards-text = Bármilyen jövőbeli dátum és bármilyen biztonsági kód megfelel. Kártya kiválasztásával kitöltheti az űrlapot.
sandbox-more-cards = Elutasított kártyák
sandbox-fill = A { $number } kártya használata
sandbox-effect-approved = Elfogadva
sandbox-effect-challenge = Jóváhagyás után elfogadva (3-D Secure)
sandbox-effect-authentication-refused = A 3-D Secure elutasítja
sandbox-effect-unknown = A válasz elvész; az eredmény később válik ismertté
sandbox-magic-amount = A 04-re végződő összeg fizetését mindig elutasítjuk.
