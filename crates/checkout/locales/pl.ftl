# Strona płatności po polsku.

language = Język
sandbox-badge = Sandbox
sandbox-note = Środowisko testowe: pieniądze nie są przekazywane. Nigdy nie należy podawać tu prawdziwej karty.
secure-note = Dane karty widzi wyłącznie bramka płatnicza, nigdy sklep. Kod zabezpieczający nie jest przechowywany.
payment-number = Płatność { $id }

summary-heading = Podsumowanie zamówienia
summary-payee = Odbiorca
summary-amount = Kwota do zapłaty
summary-order = Zamówienie
summary-until = Prosimy zapłacić do { $moment }

pay-title = Płatność { $amount } dla { $payee }
methods-heading = Metoda płatności
methods-none = Tej płatności nie można tu zrealizować: sklep nie oferuje odpowiedniej metody płatności. Prosimy wrócić do sklepu.
method-payment-card = Karta płatnicza
card-heading = Dane karty
card-pan = Numer karty
card-exp = Data ważności
card-exp-hint = MM / RR
card-cvc = Kod zabezpieczający
card-cvc-hint = CVC: 3 cyfry na odwrocie karty
card-cvc-hint-four = CID: 4 cyfry na przedniej stronie karty
pay-button = Zapłać { $amount }
hold-button = Zarezerwuj { $amount }
hold-note = Kwota zostanie teraz tylko zarezerwowana na Państwa karcie. Zostanie pobrana, gdy sklep potwierdzi zamówienie.
card-only = Tę płatność można wykonać tylko kartą { $card }.
agree-later = Płacąc, zgadzasz się, że { $payee } może później ponownie obciążyć tę kartę.
working = Trwa przetwarzanie płatności. Prosimy nie zamykać tej strony.
cancel-button = Anuluj płatność
attempts-left =
    { $count ->
        [one] Pozostała ostatnia próba.
        [few] Pozostały { $count } próby.
       *[many] Pozostało { $count } prób.
    }

errors-heading = Prosimy sprawdzić wprowadzone dane
error-pan-missing = Prosimy podać numer karty.
error-pan-characters = Numer karty może zawierać tylko cyfry.
error-pan-length = Numer karty jest niekompletny.
error-pan-checksum = Numer karty jest nieprawidłowy. Prosimy sprawdzić, czy nie ma w nim pomyłki.
error-exp-missing = Prosimy podać datę ważności karty.
error-exp-format = Prosimy podać miesiąc i rok tak jak na karcie, na przykład 12/30.
error-exp-past = Ta karta straciła ważność. Prosimy użyć innej karty.
error-cvc-missing = Prosimy podać kod zabezpieczający karty.
error-cvc-three = Kod zabezpieczający ma 3 cyfry.
error-cvc-four = Kod zabezpieczający tej karty ma 4 cyfry.

decline-heading = Płatność nie została zrealizowana
decline-insufficient-funds = Na karcie nie ma wystarczających środków.
    .advice = Prosimy użyć innej karty albo zasilić konto i spróbować ponownie.
decline-card-expired = Według wydawcy karta straciła ważność.
    .advice = Prosimy sprawdzić podaną datę albo użyć innej karty.
decline-wrong-cvc = Kod zabezpieczający nie pasuje do karty.
    .advice = Prosimy sprawdzić kod nadrukowany na karcie i ponownie podać jej dane.
decline-wrong-pin = Kod PIN był nieprawidłowy.
    .advice = Prosimy spróbować ponownie z prawidłowym kodem PIN albo użyć innej karty.
decline-limit-exceeded = Płatność przekracza limit ustawiony dla karty.
    .advice = Prosimy podnieść limit płatności internetowych w aplikacji bankowej i spróbować ponownie albo użyć innej karty.
decline-card-blocked = Karta jest zablokowana.
    .advice = Prosimy użyć innej karty. Powód blokady poda bank, który wydał kartę.
decline-issuer-unavailable = Bank, który wydał kartę, w tej chwili nie odpowiada.
    .advice = Prosimy spróbować ponownie za kilka minut albo użyć karty innego banku.
decline-three-d-secure-failed = Płatność nie została potwierdzona w Państwa banku (3-D Secure).
    .advice = Prosimy spróbować ponownie i potwierdzić płatność w aplikacji bankowej lub otrzymanym kodem.
decline-account-problem = Bank zgłasza problem z rachunkiem tej karty.
    .advice = Prosimy użyć innej karty albo skontaktować się z bankiem, który wydał tę kartę.
decline-card-not-supported = Ten rodzaj karty nie jest tu obsługiwany.
    .advice = Prosimy użyć innej karty.
decline-region-not-supported = Karty z tego kraju lub regionu nie są tu obsługiwane.
    .advice = Prosimy użyć karty wydanej w innym kraju.
decline-refused = Bank, który wydał kartę, odmówił płatności i nie podał powodu.
    .advice = Prosimy użyć innej karty albo zapytać bank, czy płatności internetowe są włączone.
decline-technical-problem = Płatność uniemożliwił problem techniczny.
    .advice = Żadne środki nie zostały pobrane. Prosimy spróbować ponownie za chwilę.
decline-duplicate = Bank uznał tę płatność za powtórzenie wcześniejszej.
    .advice = Prosimy najpierw sprawdzić na rachunku, czy zamówienie nie zostało już opłacone. Jeśli nie, prosimy spróbować później.

challenge-heading = Potwierdzenie płatności
challenge-simulation = Symulacja: ta strona zastępuje bank, który wydał kartę. Do nikogo nie jest wysyłana żadna wiadomość ani kod.
challenge-text = Czy to Państwo wykonują tę płatność?
challenge-issuer = Wydawca karty
challenge-merchant = Sprzedawca
challenge-amount = Kwota
challenge-card = Karta
challenge-confirm = Potwierdź płatność
challenge-refuse = Odrzuć

paid-heading = Dziękujemy, płatność została zrealizowana
paid-text = Zapłacono { $amount }. Odbiorca: { $payee }.
authorised-heading = Kwota została zarezerwowana
authorised-text = Na Państwa karcie zarezerwowano { $amount }. Odbiorca: { $payee }. Kwota zostanie pobrana, gdy sklep potwierdzi zamówienie.
already-paid-heading = Ta płatność została już zrealizowana
already-paid-text = Zapłacono już { $amount }. Odbiorca: { $payee }. Kwota nie zostanie pobrana po raz drugi.
refunded-heading = Płatność została zwrócona
refunded-text = { $payee } zwraca Państwu { $amount }. Zaksięgowanie na rachunku może potrwać kilka dni.
partly-refunded-heading = Część płatności została zwrócona
partly-refunded-text = { $payee } zwraca Państwu { $refunded } z { $amount }. Zaksięgowanie na rachunku może potrwać kilka dni.
final-decline-text = Żadne środki nie zostały pobrane. Prosimy wrócić do sklepu i wybrać inną metodę płatności.
cancelled-heading = Płatność została anulowana
cancelled-text = Żadne środki nie zostały pobrane. Mogą Państwo wrócić do sklepu i złożyć zamówienie ponownie.
expired-heading = Czas na dokonanie płatności minął
expired-text = Żadne środki nie zostały pobrane. Jeśli nadal chcą Państwo zapłacić, prosimy wrócić do sklepu i złożyć zamówienie ponownie.
processing-heading = Czekamy na Państwa bank
processing-text = Wynik płatności nie jest jeszcze znany. Strona sprawdza go sama; prosimy nie płacić ponownie.
processing-slow = Trwa to dłużej niż zwykle. Mogą Państwo zamknąć tę stronę: sklep pozna wynik, gdy tylko będzie znany.
processing-check = Sprawdź ponownie
return-button = Wróć do sklepu
return-automatic = Za kilka sekund nastąpi powrót do sklepu.
returning-heading = Powrót do sklepu
returning-text = Jeśli sklep nie otworzy się sam, prosimy użyć przycisku.
may-close = Mogą Państwo zamknąć tę stronę.

not-found-heading = Nie znamy tej płatności
not-found-text = Adres jest niekompletny lub płatność już nie istnieje. Prosimy wrócić do sklepu i rozpocząć płatność ponownie.
busy-heading = W tej chwili płaci bardzo wiele osób
busy-text = Żądanie nie zostało przyjęte i żadne środki nie zostały pobrane. Prosimy spróbować ponownie za chwilę.
failure-heading = Coś poszło nie tak po naszej stronie
failure-text = Prosimy najpierw odświeżyć stronę: pokaże ona, czy płatność została zrealizowana. Jeśli problem się utrzymuje, prosimy podać sklepowi to oznaczenie.
failure-reference = Oznaczenie: { $id }
try-again = Spróbuj ponownie

sandbox-cards-heading = Karty testowe
sandbox-cards-text = Wystarczy dowolna przyszła data i dowolny kod zabezpieczający. Wybór karty wypełnia formularz.
sandbox-more-cards = Karty, które zostaną odrzucone
sandbox-fill = Użyj karty { $number }
sandbox-effect-approved = Zaakceptowana
sandbox-effect-challenge = Zaakceptowana po potwierdzeniu (3-D Secure)
sandbox-effect-authentication-refused = Odrzucona przez 3-D Secure
sandbox-effect-unknown = Odpowiedź ginie; wynik będzie znany później
sandbox-magic-amount = Kwota kończąca się na 04 jest zawsze odrzucana.

method-bank-transfer = Przelew bankowy
method-mobile-payment = Płatność mobilna
method-premium-sms = SMS Premium
methods-more = Inne sposoby płatności
bank-heading = Wybierz swój bank
bank-order = zwykłym przelewem
bank-other = Inny bank
bank-qr = Płatność kodem QR
bank-missing = Wybierz bank z listy.
continue-button = Dalej
continue-text = Płatność potwierdzisz w { $provider }.
approval-simulation = Symulacja: ta strona zastępuje { $provider }. Żadne pieniądze nie są przesyłane.
approval-account = Z rachunku
approval-review = Zostaw bez decyzji
approval-leave = Wybierz inny sposób płatności
wallet-email = E-mail Twojego portfela
wallet-email-wrong = Podaj adres e-mail, na przykład imie@example.com.
device-cards = Karty w Twoim telefonie
order-heading = Polecenie przelewu
order-text = Wykonaj ten przelew w swoim banku lub zeskanuj kod. Sklep dowie się o nim, gdy pieniądze dotrą; możesz zamknąć tę stronę.
review-heading = Płatność jest sprawdzana
review-text = Została zgłoszona i nie jest jeszcze potwierdzona. Nie musisz nic robić; sklep pozna wynik.
order-recipient = Odbiorca
order-account = Numer rachunku
order-symbol = Symbol zmienny
order-message = Tytuł przelewu
order-scan = Zeskanuj kod w aplikacji swojego banku.
order-sandbox-heading = Sandbox: co robi bank?
order-sandbox-arrived = Pieniądze docierają
order-sandbox-announced = Płatność jest zgłoszona
order-sandbox-refused = Bank odmawia
decline-account-refused = Twój bank lub portfel odrzucił płatność.
    .advice = Spróbuj ponownie, wybierz inny sposób płatności lub zapytaj swój bank.
