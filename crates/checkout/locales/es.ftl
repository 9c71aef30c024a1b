# La página de pago en español.

language = Idioma
sandbox-badge = Sandbox
sandbox-note = Entorno de pruebas: no se mueve dinero. No introduzca nunca aquí una tarjeta real.
secure-note = Solo la pasarela de pago ve los datos de su tarjeta, nunca la tienda. El código de seguridad no se guarda.
payment-number = Pago { $id }

summary-heading = Resumen del pedido
summary-payee = Beneficiario
summary-amount = Importe a pagar
summary-order = Pedido
summary-until = Pague antes del { $moment }

pay-title = Pago de { $amount } a { $payee }
methods-heading = Forma de pago
methods-none = Este pago no puede realizarse aquí: la tienda no ofrece una forma de pago adecuada. Vuelva a la tienda, por favor.
method-payment-card = Tarjeta de pago
card-heading = Datos de la tarjeta
card-pan = Número de tarjeta
card-exp = Válida hasta
card-exp-hint = MM / AA
card-cvc = Código de seguridad
card-cvc-hint = CVC: 3 cifras en el reverso de la tarjeta
card-cvc-hint-four = CID: 4 cifras en el anverso de la tarjeta
pay-button = Pagar { $amount }
hold-button = Reservar { $amount }
hold-note = Por ahora el importe solo se reserva en su tarjeta. Se cobrará cuando la tienda confirme su pedido.
working = Estamos procesando su pago. No cierre esta página, por favor.
cancel-button = Cancelar el pago
attempts-left =
    { $count ->
        [one] Le queda un intento.
       *[other] Le quedan { $count } intentos.
    }

errors-heading = Revise los datos introducidos
error-pan-missing = Introduzca el número de la tarjeta.
error-pan-characters = El número de la tarjeta solo puede contener cifras.
error-pan-length = El número de la tarjeta no está completo.
error-pan-checksum = El número de la tarjeta no es válido. Compruebe que no haya un error al escribirlo.
error-exp-missing = Introduzca la fecha hasta la que es válida la tarjeta.
error-exp-format = Introduzca el mes y el año como figuran en la tarjeta, por ejemplo 12/30.
error-exp-past = Esta tarjeta ya no es válida. Utilice otra tarjeta.
error-cvc-missing = Introduzca el código de seguridad de la tarjeta.
error-cvc-three = El código de seguridad tiene 3 cifras.
error-cvc-four = El código de seguridad de esta tarjeta tiene 4 cifras.

decline-heading = El pago no se ha realizado
decline-insufficient-funds = No hay saldo suficiente en la tarjeta.
    .advice = Utilice otra tarjeta, o ingrese dinero en su cuenta e inténtelo de nuevo.
decline-card-expired = Según su emisor, la tarjeta ha caducado.
    .advice = Compruebe la fecha introducida o utilice otra tarjeta.
decline-wrong-cvc = El código de seguridad no corresponde a la tarjeta.
    .advice = Compruebe el código impreso en la tarjeta e introduzca de nuevo los datos.
decline-wrong-pin = El PIN no era correcto.
    .advice = Inténtelo de nuevo con el PIN correcto o utilice otra tarjeta.
decline-limit-exceeded = El pago supera un límite fijado en la tarjeta.
    .advice = Aumente el límite de pagos en línea en la aplicación de su banco e inténtelo de nuevo, o utilice otra tarjeta.
decline-card-blocked = La tarjeta está bloqueada.
    .advice = Utilice otra tarjeta. El banco emisor le indicará el motivo del bloqueo.
decline-issuer-unavailable = El banco emisor de la tarjeta no responde en este momento.
    .advice = Inténtelo de nuevo en unos minutos o utilice la tarjeta de otro banco.
decline-three-d-secure-failed = El pago no se confirmó ante su banco (3-D Secure).
    .advice = Inténtelo de nuevo y confirme el pago en la aplicación de su banco o con el código que reciba.
decline-account-problem = El banco comunica un problema con la cuenta de esta tarjeta.
    .advice = Utilice otra tarjeta o póngase en contacto con el banco emisor.
decline-card-not-supported = Aquí no se acepta este tipo de tarjeta.
    .advice = Utilice otra tarjeta.
decline-region-not-supported = Aquí no se aceptan tarjetas de este país o región.
    .advice = Utilice una tarjeta emitida en otro país.
decline-refused = El banco emisor de la tarjeta rechazó el pago sin indicar el motivo.
    .advice = Utilice otra tarjeta o pregunte a su banco si los pagos en línea están activados.
decline-technical-problem = Un problema técnico impidió el pago.
    .advice = No se ha cobrado nada. Inténtelo de nuevo dentro de un momento.
decline-duplicate = El banco considera que este pago repite uno anterior.
    .advice = Compruebe primero en su cuenta si el pedido ya está pagado. Si no lo está, inténtelo de nuevo más tarde.

challenge-heading = Confirmación del pago
challenge-simulation = Simulación: esta página hace las veces del banco emisor de la tarjeta. No se envía ningún mensaje ni código a nadie.
challenge-text = ¿Es usted quien realiza este pago?
challenge-issuer = Emisor de la tarjeta
challenge-merchant = Comercio
challenge-amount = Importe
challenge-card = Tarjeta
challenge-confirm = Confirmar el pago
challenge-refuse = Rechazar

paid-heading = Gracias, el pago se ha completado
paid-text = Ha pagado { $amount } a { $payee }.
authorised-heading = El importe se ha reservado
authorised-text = El importe de { $amount } está reservado en su tarjeta para { $payee }. Se cobrará cuando la tienda confirme su pedido.
already-paid-heading = Este pago ya se ha realizado
already-paid-text = El importe de { $amount } ya se pagó a { $payee }. No se cobrará una segunda vez.
refunded-heading = Este pago se ha reembolsado
refunded-text = { $payee } le ha devuelto dinero de este pago. Puede tardar unos días en llegar a su cuenta.
final-decline-text = No se ha cobrado nada. Vuelva a la tienda para elegir otra forma de pago.
cancelled-heading = El pago se ha cancelado
cancelled-text = No se ha cobrado nada. Puede volver a la tienda y hacer el pedido de nuevo.
expired-heading = Se ha agotado el tiempo para este pago
expired-text = No se ha cobrado nada. Si aún desea pagar, vuelva a la tienda y haga el pedido de nuevo.
processing-heading = Esperamos la respuesta de su banco
processing-text = El resultado del pago aún no se conoce. La página lo comprueba por sí sola; no pague de nuevo, por favor.
processing-slow = Está tardando más de lo habitual. Puede cerrar esta página: la tienda sabrá el resultado en cuanto se conozca.
processing-check = Comprobar de nuevo
return-button = Volver a la tienda
return-automatic = Volverá a la tienda en unos segundos.
returning-heading = Volviendo a la tienda
returning-text = Si la tienda no se abre por sí sola, utilice el botón.
may-close = Puede cerrar esta página.

not-found-heading = No conocemos este pago
not-found-text = La dirección no está completa o el pago ya no existe. Vuelva a la tienda e inicie el pago de nuevo.
busy-heading = Muchas personas están pagando en este momento
busy-text = Su solicitud no fue aceptada y no se ha cobrado nada. Inténtelo de nuevo dentro de un momento.
failure-heading = Se ha producido un error por nuestra parte
failure-text = Recargue primero la página: verá si el pago se ha realizado. Si el problema continúa, facilite a la tienda esta referencia.
failure-reference = Referencia: { $id }
try-again = Intentar de nuevo

sandbox-cards-heading = Tarjetas de prueba
sandbox-cards-text = Sirven cualquier fecha futura y cualquier código de seguridad. Elija una tarjeta para rellenar el formulario.
sandbox-more-cards = Tarjetas que se rechazan
sandbox-fill = Usar la tarjeta { $number }
sandbox-effect-approved = Aprobada
sandbox-effect-challenge = Aprobada tras la confirmación (3-D Secure)
sandbox-effect-authentication-refused = Rechazada por 3-D Secure
sandbox-effect-unknown = La respuesta se pierde; el resultado se conocerá más tarde
sandbox-magic-amount = Un importe terminado en 04 siempre se rechaza.
