# La page de paiement en français.

language = Langue
sandbox-badge = Sandbox
sandbox-note = Environnement de test : aucun argent n’est transféré. Ne saisissez jamais ici une vraie carte.
secure-note = Seule la plateforme de paiement voit les données de votre carte, jamais la boutique. Le cryptogramme n’est pas conservé.
payment-number = Paiement { $id }

summary-heading = Récapitulatif de la commande
summary-payee = Bénéficiaire
summary-amount = Montant à payer
summary-order = Commande
summary-until = Veuillez payer avant le { $moment }

pay-title = Paiement de { $amount } à { $payee }
methods-heading = Moyen de paiement
methods-none = Ce paiement ne peut pas être effectué ici : la boutique ne propose aucun moyen de paiement adapté. Veuillez retourner à la boutique.
method-payment-card = Carte de paiement
card-heading = Données de la carte
card-pan = Numéro de carte
card-exp = Expire fin
card-exp-hint = MM / AA
card-cvc = Cryptogramme
card-cvc-hint = CVC : 3 chiffres au dos de la carte
card-cvc-hint-four = CID : 4 chiffres au recto de la carte
pay-button = Payer { $amount }
hold-button = Réserver { $amount }
hold-note = Le montant est pour l’instant seulement réservé sur votre carte. Il sera débité lorsque la boutique confirmera votre commande.
working = Votre paiement est en cours de traitement. Veuillez ne pas fermer cette page.
cancel-button = Annuler le paiement
attempts-left =
    { $count ->
        [one] Il vous reste une tentative.
       *[other] Il vous reste { $count } tentatives.
    }

errors-heading = Veuillez vérifier vos données
error-pan-missing = Saisissez le numéro de la carte.
error-pan-characters = Le numéro de la carte ne peut contenir que des chiffres.
error-pan-length = Le numéro de la carte est incomplet.
error-pan-checksum = Le numéro de la carte n’est pas valide. Veuillez vérifier qu’il ne comporte pas d’erreur de frappe.
error-exp-missing = Saisissez la date d’expiration de la carte.
error-exp-format = Saisissez le mois et l’année tels qu’ils figurent sur la carte, par exemple 12/30.
error-exp-past = Cette carte n’est plus valable. Veuillez utiliser une autre carte.
error-cvc-missing = Saisissez le cryptogramme de la carte.
error-cvc-three = Le cryptogramme comporte 3 chiffres.
error-cvc-four = Le cryptogramme de cette carte comporte 4 chiffres.

decline-heading = Le paiement n’a pas été effectué
decline-insufficient-funds = Le solde disponible sur la carte est insuffisant.
    .advice = Utilisez une autre carte, ou approvisionnez votre compte et réessayez.
decline-card-expired = Selon son émetteur, la carte a expiré.
    .advice = Vérifiez la date saisie, ou utilisez une autre carte.
decline-wrong-cvc = Le cryptogramme ne correspond pas à la carte.
    .advice = Vérifiez le code imprimé sur la carte et saisissez de nouveau ses données.
decline-wrong-pin = Le code PIN était incorrect.
    .advice = Réessayez avec le bon code PIN, ou utilisez une autre carte.
decline-limit-exceeded = Le paiement dépasse un plafond fixé pour la carte.
    .advice = Augmentez le plafond des paiements en ligne dans votre application bancaire et réessayez, ou utilisez une autre carte.
decline-card-blocked = La carte est bloquée.
    .advice = Utilisez une autre carte. La banque émettrice vous indiquera le motif du blocage.
decline-issuer-unavailable = La banque émettrice de la carte ne répond pas pour le moment.
    .advice = Réessayez dans quelques minutes, ou utilisez la carte d’une autre banque.
decline-three-d-secure-failed = Le paiement n’a pas été confirmé auprès de votre banque (3-D Secure).
    .advice = Réessayez et confirmez le paiement dans votre application bancaire ou avec le code reçu.
decline-account-problem = La banque signale un problème avec le compte de cette carte.
    .advice = Utilisez une autre carte, ou contactez la banque qui a émis celle-ci.
decline-card-not-supported = Ce type de carte n’est pas accepté ici.
    .advice = Utilisez une autre carte.
decline-region-not-supported = Les cartes de ce pays ou de cette région ne sont pas acceptées ici.
    .advice = Utilisez une carte émise dans un autre pays.
decline-refused = La banque émettrice de la carte a refusé le paiement sans en indiquer la raison.
    .advice = Utilisez une autre carte, ou demandez à votre banque si les paiements en ligne sont activés.
decline-technical-problem = Un problème technique a empêché le paiement.
    .advice = Aucun montant n’a été débité. Veuillez réessayer dans un instant.
decline-duplicate = La banque considère ce paiement comme la répétition d’un paiement antérieur.
    .advice = Vérifiez d’abord sur votre compte si la commande est déjà payée. Sinon, réessayez plus tard.

challenge-heading = Confirmation du paiement
challenge-simulation = Simulation : cette page remplace la banque qui a émis la carte. Aucun message ni code n’est envoyé à qui que ce soit.
challenge-text = Est-ce bien vous qui effectuez ce paiement ?
challenge-issuer = Émetteur de la carte
challenge-merchant = Commerçant
challenge-amount = Montant
challenge-card = Carte
challenge-confirm = Confirmer le paiement
challenge-refuse = Refuser

paid-heading = Merci, le paiement a été effectué
paid-text = Vous avez payé { $amount } à { $payee }.
authorised-heading = Le montant a été réservé
authorised-text = La somme de { $amount } est réservée sur votre carte pour { $payee }. Elle sera débitée lorsque la boutique confirmera votre commande.
already-paid-heading = Ce paiement a déjà été effectué
already-paid-text = La somme de { $amount } a déjà été payée à { $payee }. Elle ne sera pas débitée une seconde fois.
refunded-heading = Ce paiement a été remboursé
refunded-text = { $payee } vous a renvoyé de l’argent de ce paiement. Le crédit sur votre compte peut prendre quelques jours.
final-decline-text = Aucun montant n’a été débité. Retournez à la boutique pour choisir un autre moyen de paiement.
cancelled-heading = Le paiement a été annulé
cancelled-text = Aucun montant n’a été débité. Vous pouvez retourner à la boutique et commander de nouveau.
expired-heading = Le délai de paiement est écoulé
expired-text = Aucun montant n’a été débité. Si vous souhaitez toujours payer, veuillez retourner à la boutique et commander de nouveau.
processing-heading = Nous attendons votre banque
processing-text = Le résultat du paiement n’est pas encore connu. La page le vérifie elle-même ; veuillez ne pas payer de nouveau.
processing-slow = Cela prend plus de temps que d’habitude. Vous pouvez fermer cette page : la boutique connaîtra le résultat dès qu’il sera disponible.
processing-check = Vérifier de nouveau
return-button = Retour à la boutique
return-automatic = Vous serez redirigé vers la boutique dans quelques secondes.
returning-heading = Retour à la boutique en cours
returning-text = Si la boutique ne s’ouvre pas d’elle-même, utilisez le bouton.
may-close = Vous pouvez fermer cette page.

not-found-heading = Nous ne connaissons pas ce paiement
not-found-text = L’adresse est incomplète, ou le paiement n’existe plus. Veuillez retourner à la boutique et recommencer le paiement.
busy-heading = De très nombreuses personnes paient en ce moment
busy-text = Votre demande n’a pas été acceptée et aucun montant n’a été débité. Veuillez réessayer dans un instant.
failure-heading = Une erreur s’est produite de notre côté
failure-text = Veuillez d’abord recharger la page : elle indique si le paiement a été effectué. Si le problème persiste, communiquez cette référence à la boutique.
failure-reference = Référence : { $id }
try-again = Réessayer

sandbox-cards-heading = Cartes de test
sandbox-cards-text = N’importe quelle date future et n’importe quel cryptogramme conviennent. Choisissez une carte pour remplir le formulaire.
sandbox-more-cards = Cartes qui sont refusées
sandbox-fill = Utiliser la carte { $number }
sandbox-effect-approved = Acceptée
sandbox-effect-challenge = Acceptée après confirmation (3-D Secure)
sandbox-effect-authentication-refused = Refusée par 3-D Secure
sandbox-effect-unknown = La réponse se perd ; le résultat sera connu plus tard
sandbox-magic-amount = Un montant se terminant par 04 est toujours refusé.
