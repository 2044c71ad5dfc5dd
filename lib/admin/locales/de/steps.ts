import type { Language } from '../language.js';

/** German texts for the steps of a test. */
export const steps: Language['steps'] = {
  reason_unknown_type: 'Die Konfiguration hat einen unbekannten Typ: „{{value}}“.',
  remedy_unknown_type: 'Wählen Sie den Typ neu und speichern Sie die Konfiguration.',
  reason_unknown_security: 'Die Konfiguration hat eine unbekannte Verbindungssicherheit: „{{value}}“.',
  remedy_unknown_security: 'Wählen Sie STARTTLS, SSL/TLS oder keine Verschlüsselung und speichern Sie die Konfiguration.',
  reason_unknown_auth_method: 'Die Konfiguration hat eine unbekannte Anmeldemethode: „{{value}}“.',
  remedy_unknown_auth_method: 'Wählen Sie die Anmeldemethode neu und speichern Sie die Konfiguration.',
  reason_unknown_cloud: 'Die Cloud „{{value}}“ ist in dieser Anwendung nicht verfügbar (Option „graph.clouds“).',
  remedy_unknown_cloud: 'Wählen Sie eine andere Cloud und speichern Sie die Konfiguration.',
  reason_no_server: 'Der Konfiguration fehlt ein gültiger Host oder Port.',
  remedy_no_server: 'Geben Sie beides ein und speichern Sie die Konfiguration.',
  reason_bad_connections: 'Die Konfiguration hat eine ungültige Anzahl von Verbindungen: „{{value}}“.',
  remedy_bad_connections: 'Geben Sie eine ganze Zahl von 1 bis 50 ein und speichern Sie die Konfiguration.',
  reason_bad_setting: 'Eine Einstellung unter „Erweitert“ hat einen ungültigen Wert: „{{value}}“.',
  remedy_bad_setting: 'Korrigieren Sie ihn und speichern Sie die Konfiguration.',
  reason_damaged_ca: 'Die private CA der Konfiguration ist nicht lesbar: Sie wurde beschädigt.',
  remedy_damaged_ca: 'Fügen Sie das Zertifikat erneut ein und speichern Sie die Konfiguration.',
  reason_damaged_pin: 'Das angeheftete Zertifikat der Konfiguration ist nicht lesbar: Es wurde beschädigt.',
  remedy_damaged_pin: 'Heften Sie das Zertifikat erneut an und speichern Sie die Konfiguration.',
  reason_damaged_client_certificate: 'Das Clientzertifikat der Konfiguration ist nicht lesbar: Es wurde beschädigt.',
  remedy_damaged_client_certificate: 'Geben Sie das Clientzertifikat erneut ein und speichern Sie die Konfiguration.',
  reason_bad_client_key:
    'Der private Schlüssel des Clientzertifikats ist verschlüsselt, beschädigt oder gehört zu einem anderen Zertifikat.',
  remedy_bad_client_key: 'Geben Sie den privaten Schlüssel dieses Zertifikats ohne Kennwort ein und speichern Sie die Konfiguration.',
  reason_bad_address: 'Die Konfiguration hat eine ungültige Absender-, Antwort-, CC- oder BCC-Adresse: „{{value}}“.',
  remedy_bad_address: 'Korrigieren Sie die Adresse und speichern Sie die Konfiguration.',
  reason_no_login: 'Die Konfiguration meldet sich an, aber Benutzername, Mandanten-ID oder Client-ID fehlt oder ist ungültig.',
  remedy_no_login: 'Geben Sie die Anmeldedaten neu ein und speichern Sie die Konfiguration.',
  reason_plaintext_forbidden: 'Diese Anwendung erlaubt keine unverschlüsselten Verbindungen (Option „allowPlaintext“).',
  remedy_plaintext_forbidden: 'Wählen Sie STARTTLS oder SSL/TLS und speichern Sie die Konfiguration.',
  reason_plaintext_auth_forbidden: 'Diese Anwendung meldet sich nicht über unverschlüsselte Verbindungen an (Option „allowPlaintextAuth“).',
  remedy_plaintext_auth_forbidden: 'Wählen Sie STARTTLS oder SSL/TLS und speichern Sie die Konfiguration.',
  reason_anonymous_tls_forbidden: 'Diese Anwendung verlangt für verschlüsselte Verbindungen eine Anmeldung (Option „allowAnonymousTls“).',
  remedy_anonymous_tls_forbidden:
    'Schalten Sie die Authentifizierung ein, geben Sie die Zugangsdaten ein und speichern Sie die Konfiguration.',
  reason_password_grant_forbidden:
    'Diese Anwendung meldet sich bei MS Graph nicht mit dem Passwort eines Benutzers an (Option „graph.allowPasswordGrant“).',
  remedy_password_grant_forbidden: 'Wählen Sie die Anmeldung als App und speichern Sie die Konfiguration.',
  reason_not_the_only_one:
    'Diese Anwendung hat eine einzige Konfiguration mit dem Namen „default“ (Option „single“); „{{value}}“ wird nicht verwendet.',
  remedy_not_the_only_one: 'Löschen Sie sie oder starten Sie die Anwendung ohne die Option neu.',

  reason_dns_unknown: 'Es gibt keinen Server mit dem Namen {{host}}.',
  remedy_dns_unknown: 'Prüfen Sie die Schreibweise des Hostnamens.',
  reason_dns_unanswered: 'Der Name {{host}} konnte nicht nachgeschlagen werden: Der DNS-Server hat nicht geantwortet.',
  remedy_dns_unanswered: 'Prüfen Sie den Hostnamen sowie Netzwerk und DNS-Server dieses Rechners.',
  reason_dns_timeout: 'Der Name {{host}} konnte nicht innerhalb von {{seconds}} s aufgelöst werden.',
  remedy_dns_timeout: 'Prüfen Sie den Namen und die DNS-Server dieses Rechners.',

  reason_egress_refused: 'Diese Anwendung darf sich nicht mit {{host}}:{{port}} verbinden.',

  remedy_egress_refused:
    'Verwenden Sie einen anderen Server oder Port oder bitten Sie den Betreiber der Anwendung, die Option „egress“ anzupassen.',

  reason_tests_per_minute: 'Testlimit erreicht: {{limit}} pro Minute.',

  remedy_tests_per_minute: 'Versuchen Sie es in {{seconds}} s erneut.',

  reason_tests_at_once: 'Testlimit erreicht: {{limit}} gleichzeitig.',

  remedy_tests_at_once: 'Warten Sie, bis einer Ihrer Tests abgeschlossen ist, oder brechen Sie ihn ab.',

  reason_tcp_timeout: '{{host}}:{{port}} hat innerhalb von {{seconds}} s keine Verbindung angenommen.',
  remedy_tcp_timeout: 'Prüfen Sie Host und Port; auch eine Firewall auf dem Weg kann die Ursache sein.',
  reason_port25_timeout: '{{host}}:{{port}} hat innerhalb von {{seconds}} s keine Verbindung angenommen.',
  remedy_port25_timeout:
    'Viele Anbieter und Clouds sperren ausgehende Verbindungen an Port 25. Verwenden Sie Port 587 mit STARTTLS oder lassen Sie Port 25 für diesen Rechner freigeben.',
  reason_tcp_refused: '{{host}}:{{port}} hat die Verbindung abgelehnt.',
  remedy_tcp_refused: 'Prüfen Sie Host und Port sowie, ob der Mailserver läuft.',
  reason_port25_refused: '{{host}}:{{port}} hat die Verbindung abgelehnt.',
  remedy_port25_refused:
    'Prüfen Sie, ob der Mailserver läuft. Viele Anbieter und Clouds sperren ausgehende Verbindungen an Port 25. Verwenden Sie Port 587 mit STARTTLS oder lassen Sie Port 25 für diesen Rechner freigeben.',
  reason_unreachable: 'Keine Netzwerkroute zu {{host}}:{{port}}.',
  remedy_unreachable: 'Prüfen Sie den Host, das Netzwerk dieses Rechners und die Firewall.',
  reason_ipv6_unreachable: 'Von hier führt über IPv6 kein Weg zu {{host}}:{{port}}, und es wurde keine IPv4-Adresse dafür gefunden.',
  remedy_ipv6_unreachable:
    'Verwenden Sie einen Hostnamen oder eine Adresse, die über IPv4 erreichbar ist, oder ermöglichen Sie diesem Rechner ausgehende Verbindungen über IPv6.',
  reason_local_address: 'Dieser Rechner kann sich nicht von {{localAddress}} aus verbinden: Es ist keine seiner IP-Adressen.',
  remedy_local_address: 'Geben Sie als lokale Adresse eine IP-Adresse dieses Rechners ein oder lassen Sie das Feld leer.',
  reason_local_address_family:
    '{{host}} ist von {{localAddress}} aus nicht erreichbar: Das eine ist eine IPv4-, das andere eine IPv6-Adresse.',
  remedy_local_address_family: 'Geben Sie eine lokale Adresse der anderen Art ein oder lassen Sie das Feld leer.',
  reason_proxy_egress: 'Diese Anwendung darf sich nicht mit dem Proxy {{proxy}} verbinden.',
  remedy_proxy_egress:
    'Verwenden Sie einen anderen Proxy oder Port oder bitten Sie den Betreiber der Anwendung, die Option „egress“ anzupassen.',
  reason_proxy_unreachable: 'Der Proxy {{proxy}} ist nicht erreichbar.',
  remedy_proxy_unreachable: 'Prüfen Sie die Proxy-URL und ob der Proxy läuft.',
  reason_proxy_timeout: 'Der Proxy {{proxy}} hat innerhalb von {{seconds}} s keine Verbindung zu {{host}}:{{port}} hergestellt.',
  remedy_proxy_timeout: 'Prüfen Sie die Proxy-URL und ob der Proxy den Server erreichen kann.',
  reason_not_a_proxy: '{{proxy}} hat nicht wie ein Proxy ({{protocol}}) geantwortet.',
  remedy_not_a_proxy: 'Prüfen Sie den Port des Proxys und ob seine URL mit http://, https:// oder socks5:// beginnt.',
  reason_proxy_tls: 'Mit dem Proxy {{proxy}} war keine vertrauenswürdige verschlüsselte Verbindung möglich.',
  remedy_proxy_tls:
    'Prüfen Sie, ob der Proxy TLS verwendet. Die Anwendung muss seinem Zertifikat vertrauen (Option „trustedCa“). Die URL eines Proxys ohne TLS beginnt mit http://.',
  reason_proxy_login_required: 'Der Proxy {{proxy}} verlangt eine Anmeldung.',
  remedy_proxy_login_required: 'Geben Sie den Benutzernamen und das Passwort am Proxy ein.',
  reason_proxy_login: 'Der Proxy {{proxy}} hat Benutzername oder Passwort abgelehnt.',
  remedy_proxy_login: 'Prüfen Sie den Benutzernamen und das Passwort am Proxy.',
  reason_proxy_login_method: 'Der Proxy {{proxy}} nimmt keine Anmeldung mit Benutzername und Passwort an.',
  remedy_proxy_login_method:
    'Bitten Sie den Administrator des Proxys, sie zu erlauben (Basic oder SOCKS5-Anmeldung) oder diesen Rechner ohne Anmeldung zuzulassen.',
  reason_proxy_refused: 'Der Proxy {{proxy}} erlaubt keine Verbindung zu {{host}}:{{port}}.',
  remedy_proxy_refused: 'Bitten Sie den Administrator des Proxys, sie zu erlauben. Viele Proxys erlauben nur den Port 443.',
  reason_proxy_failed: 'Der Proxy {{proxy}} konnte sich nicht mit {{host}}:{{port}} verbinden.',
  remedy_proxy_failed: 'Prüfen Sie Host und Port sowie, ob der Proxy den Server erreichen kann.',
  reason_local_firewall: 'Dieser Rechner erlaubt keine Verbindungen zu {{host}}:{{port}}.',
  remedy_local_firewall: 'Prüfen Sie die lokale Firewall und die Berechtigungen des Prozesses.',
  reason_tcp_failed: '{{host}}:{{port}} war nicht erreichbar.',
  remedy_tcp_failed: 'Prüfen Sie Host, Port und Firewall: Der Server war nicht erreichbar oder hat die Verbindung abgebrochen.',
  reason_dropped: '{{host}}:{{port}} hat die Verbindung abgebrochen.',
  remedy_dropped: 'Prüfen Sie Host, Port und Firewall: Der Server war nicht erreichbar oder hat die Verbindung abgebrochen.',
  reason_not_detected: '{{host}} antwortet an keinem der üblichen Ports ({{ports}}) als Mailserver.',
  remedy_not_detected: 'Prüfen Sie den Hostnamen oder geben Sie den Port ein.',

  reason_plaintext_only:
    '{{host}}:{{port}} bietet keine Verschlüsselung an, und diese Anwendung erlaubt keine E-Mails ohne Verschlüsselung.',
  remedy_plaintext_only:
    'Richten Sie TLS auf dem Server ein oder bitten Sie den Betreiber der Anwendung, die Option „allowPlaintext“ zu setzen.',
  reason_plaintext_login: '{{host}}:{{port}} bietet keine Verschlüsselung an, und ein Passwort wird nie unverschlüsselt gesendet.',
  remedy_plaintext_login: 'Richten Sie TLS auf dem Server ein oder testen Sie ohne Anmeldung.',

  reason_greeting_timeout: '{{host}}:{{port}} hat die Verbindung angenommen, aber innerhalb von {{seconds}} s keine Begrüßung gesendet.',
  remedy_greeting_timeout:
    'Prüfen Sie den Port: Ein Server, der von Anfang an SSL/TLS erwartet, bleibt auf diese Weise stumm (meist Port 465). Ist der Server nur langsam, erhöhen Sie den Zeitlimit-Faktor.',
  reason_tls_greeting_timeout:
    '{{host}}:{{port}} hat die Verbindung angenommen, aber innerhalb von {{seconds}} s keine Begrüßung gesendet.',
  remedy_tls_greeting_timeout:
    'Der Server ist möglicherweise überlastet. Versuchen Sie es später erneut oder fragen Sie seinen Betreiber. Ist der Server nur langsam, erhöhen Sie den Zeitlimit-Faktor.',
  reason_tls_expects_implicit:
    '{{host}}:{{port}} hat die Verbindung angenommen, aber innerhalb von {{seconds}} s keine Begrüßung gesendet.',
  remedy_tls_expects_implicit: 'Wählen Sie SSL/TLS: Port 465 erwartet Verschlüsselung vom ersten Byte an und bleibt ohne sie stumm.',
  reason_not_smtp: '{{host}}:{{port}} ist kein Mailserver: Es kamen {{bytes}} Bytes, die keine SMTP-Antwort sind.',
  remedy_not_smtp: 'Prüfen Sie den Port: E-Mails werden über 587, 465 oder 25 gesendet. Andere wie 143, 993, 110 und 995 dienen dem Abruf.',
  reason_endless_reply: '{{host}}:{{port}} hat mehr Daten gesendet als ein Mailserver.',
  remedy_endless_reply: 'Prüfen Sie Host und Port: Möglicherweise antwortet dort ein anderer Dienst.',
  reason_address_blocked: '{{host}}:{{port}} nimmt keine E-Mails von der IP-Adresse dieses Rechners an.',
  remedy_address_blocked:
    'Die Adresse steht auf einer Sperrliste, wie es bei Privatanschlüssen und Clouds oft vorkommt. Senden Sie über Port 587 mit Anmeldung oder lassen Sie die Adresse von der Liste entfernen, die in der Antwort genannt ist.',
  reason_no_reverse_dns:
    '{{host}}:{{port}} hat diesen Rechner abgelehnt: Zu seiner IP-Adresse gibt es keinen passenden Hostnamen (Reverse-DNS).',
  remedy_no_reverse_dns:
    'Verwenden Sie einen Server mit Anmeldung, oder lassen Sie vom Betreiber dieses Netzwerks Reverse-DNS für die IP-Adresse einrichten.',
  reason_client_refused: '{{host}}:{{port}} nimmt keine E-Mails von diesem Rechner an.',
  remedy_client_refused:
    'Schalten Sie die Authentifizierung ein, wenn der Server eine Anmeldung anbietet, oder lassen Sie die IP-Adresse dieses Rechners vom Betreiber des Servers zulassen.',
  reason_helo_refused: '{{host}}:{{port}} hat den Namen abgelehnt, mit dem sich dieser Rechner in EHLO meldet.',
  remedy_helo_refused:
    'Legen Sie den EHLO-Namen fest: einen vollständigen, auflösbaren Hostnamen wie app.example.com. Die Antwort des Servers sagt, was er erwartet.',
  reason_server_trouble: 'Der Server hat ein Problem und nimmt gerade keine E-Mails an.',
  remedy_server_trouble:
    'Versuchen Sie es später erneut. Bleibt es dabei, fragen Sie den Betreiber des Servers: Die Antwort nennt das Problem.',
  reason_session_refused: '{{host}}:{{port}} hat die Sitzung abgelehnt.',
  remedy_session_refused: 'Die Antwort des Servers nennt den Grund; die Adresse dieses Rechners ist möglicherweise gesperrt.',
  reason_too_many_connections: 'Der Server nimmt von diesem Rechner nicht so viele Verbindungen an.',
  remedy_too_many_connections:
    'Verringern Sie die Anzahl der Verbindungen; möglicherweise nutzen andere Anwendungen auf diesem Rechner denselben Server.',
  reason_rate_limited: 'Der Server begrenzt die Rate: In kurzer Zeit wurde zu viel gesendet.',
  remedy_rate_limited: 'Warten Sie und versuchen Sie es erneut; bleibt es dabei, bitten Sie den Anbieter um ein höheres Limit.',
  reason_too_many_recipients: 'Der Server nimmt nicht so viele Empfänger an.',
  remedy_too_many_recipients:
    'Wartende E-Mails erreichen die übrigen Empfänger später. Senden Sie mit `sendNow` an weniger Empfänger auf einmal.',
  reason_session_ended: 'Der Server hat die Sitzung beendet.',
  remedy_session_ended: 'Versuchen Sie es später erneut; bleibt es dabei, verwenden Sie weniger Verbindungen.',

  reason_tls_timeout: '{{host}}:{{port}} hat den TLS-Handshake nicht innerhalb von {{seconds}} s abgeschlossen.',
  remedy_tls_timeout:
    'Prüfen Sie den Port: Ein Server, der unverschlüsselt beginnt, kann sich so verhalten. Versuchen Sie es mit STARTTLS (meist Port 587). Ist der Server nur langsam, erhöhen Sie den Zeitlimit-Faktor.',
  reason_starttls_timeout: '{{host}}:{{port}} hat den TLS-Handshake nicht innerhalb von {{seconds}} s abgeschlossen.',
  remedy_starttls_timeout:
    'Versuchen Sie es später erneut; bleibt es dabei, behindert möglicherweise etwas auf dem Weg die Verschlüsselung. Ist der Server nur langsam, erhöhen Sie den Zeitlimit-Faktor.',
  reason_tls_too_old: '{{host}}:{{port}} unterstützt nur TLS-Versionen, die nicht mehr sicher sind.',
  remedy_tls_too_old: 'Der Server muss TLS 1.2 oder neuer unterstützen.',
  reason_tls_expects_starttls: '{{host}}:{{port}} beginnt nicht mit TLS.',
  remedy_tls_expects_starttls: 'Wählen Sie für diesen Port STARTTLS oder den Port für SSL/TLS (meist 465).',
  reason_tls_failed: 'Die verschlüsselte Verbindung zu {{host}}:{{port}} konnte nicht aufgebaut werden.',
  remedy_tls_failed:
    'Prüfen Sie Port und Verbindungssicherheit. Der Server verlangt möglicherweise ein Clientzertifikat oder hat mit diesem Rechner keine TLS-Version und kein Verfahren gemeinsam.',
  reason_starttls_not_offered: '{{host}}:{{port}} bietet STARTTLS nicht an, daher wurde nichts gesendet.',
  remedy_starttls_not_offered:
    'Prüfen Sie den Port (STARTTLS meist 587) oder wählen Sie SSL/TLS. Sollte der Server es anbieten, wird es möglicherweise unterwegs entfernt.',
  reason_starttls_refused: '{{host}}:{{port}} bietet STARTTLS an, konnte es aber nicht starten.',
  remedy_starttls_refused: 'Versuchen Sie es später erneut. Bleibt es dabei, muss die TLS-Konfiguration des Servers korrigiert werden.',
  reason_starttls_broken: '{{host}}:{{port}} bietet STARTTLS an, konnte es aber nicht starten.',
  remedy_starttls_broken: 'Prüfen Sie die TLS-Einrichtung des Servers oder verwenden Sie SSL/TLS an Port 465, falls er das anbietet.',
  reason_tls_required: 'Der Server nimmt E-Mails nur über eine verschlüsselte Verbindung an.',
  remedy_tls_required: 'Wählen Sie STARTTLS.',
  reason_tls_dropped: '{{host}}:{{port}} hat die Verbindung abgebrochen, sobald sie verschlüsselt war.',
  remedy_tls_dropped:
    'Der Server verlangt möglicherweise ein Clientzertifikat, oder sein Anmeldedienst läuft nicht. Das Protokoll des Servers nennt den Grund.',
  reason_client_certificate: '{{host}}:{{port}} verlangt ein Clientzertifikat.',
  remedy_client_certificate:
    'Geben Sie ein Clientzertifikat, das der Server annimmt, und seinen privaten Schlüssel ein, oder verwenden Sie einen Port, der stattdessen eine Anmeldung annimmt.',
  reason_client_certificate_refused: '{{host}}:{{port}} nimmt das Clientzertifikat nicht an.',
  remedy_client_certificate_refused:
    'Fragen Sie den Administrator des Servers, welche Clientzertifikate angenommen werden. Geben Sie eines davon ein, gefolgt von seinen Zwischenzertifikaten, und seinen privaten Schlüssel.',
  reason_client_certificate_expired: '{{host}}:{{port}} nimmt das Clientzertifikat nicht an. Es ist am {{date}} abgelaufen.',
  remedy_client_certificate_expired: 'Geben Sie ein neues Clientzertifikat und seinen privaten Schlüssel ein.',

  reason_cert_name: 'Das Zertifikat des Servers gilt nicht für den Namen {{host}}. Es gilt für {{names}}.',
  remedy_cert_name:
    'Verwenden Sie einen der Namen im Zertifikat als Host. Ist der Host eine Adresse oder ein Alias in Ihrem Netz, geben Sie diesen Namen als TLS-Servernamen ein. Passt kein Name, heften Sie das Zertifikat an.',
  reason_cert_nameless: 'Das Zertifikat des Servers gilt nicht für den Namen {{host}}. Es nennt gar keinen Server.',
  remedy_cert_nameless: 'Lassen Sie den Server ein Zertifikat für diesen Namen vorlegen oder heften Sie dieses an.',
  reason_cert_expired: 'Das Zertifikat von {{host}} ist am {{date}} abgelaufen.',
  remedy_cert_expired:
    'Erneuern Sie das Zertifikat auf dem Server. Ist es aktuell, prüfen Sie die Uhr dieses Rechners: Sie zeigt den {{today}}.',
  reason_cert_chain_expired: 'Ein Zertifikat in der Kette von {{host}} ist abgelaufen.',
  remedy_cert_chain_expired:
    'Lassen Sie das Zertifikat auf dem Server erneuern oder die private CA ersetzen. Wirken beide noch aktuell, prüfen Sie die Uhr dieses Rechners: Nach ihr ist heute der {{today}}.',
  reason_cert_not_yet: 'Das Zertifikat von {{host}} ist noch nicht gültig, erst ab {{date}}.',
  remedy_cert_not_yet:
    'Prüfen Sie die Uhr dieses Rechners, nach der heute der {{today}} ist, und die des Rechners, der das Zertifikat ausgestellt hat.',
  reason_cert_chain_not_yet: 'Ein Zertifikat in der Kette von {{host}} ist noch nicht gültig.',
  remedy_cert_chain_not_yet:
    'Prüfen Sie die Uhr dieses Rechners, nach der heute der {{today}} ist, und die des Rechners, der das Zertifikat ausgestellt hat.',
  reason_cert_self_signed:
    'Das Zertifikat von {{host}} ist selbst signiert, nicht von einer Zertifizierungsstelle, der hier vertraut wird.',
  remedy_cert_self_signed:
    'Wenn der Server Ihnen gehört, fügen Sie dieses Zertifikat der Konfiguration als private CA hinzu, oder heften Sie es an, falls auch sein Name nicht passt.',
  reason_cert_unknown_ca: 'Das Zertifikat von {{host}} stammt von einer Zertifizierungsstelle, der hier nicht vertraut wird ({{issuer}}).',
  remedy_cert_unknown_ca:
    'Fügen Sie der Konfiguration das Zertifikat der privaten CA des Servers hinzu. Bei einer öffentlichen Zertifizierungsstelle lassen Sie den Server auch seine Zwischenzertifikate senden.',
  reason_cert_changed: 'Das Zertifikat von {{host}} ist nicht das angeheftete. Sein SHA-256-Fingerabdruck ist {{fingerprint}}.',
  remedy_cert_changed:
    'Fragen Sie den Administrator des Servers, ob das Zertifikat ersetzt wurde und diesen Fingerabdruck hat. Wenn ja, heften Sie das neue an. Wenn nicht, fängt womöglich jemand die Verbindung ab.',
  reason_cert_pinned_expired: 'Das angeheftete Zertifikat von {{host}} ist am {{date}} abgelaufen.',
  remedy_cert_pinned_expired:
    'Erneuern Sie das Zertifikat auf dem Server und heften Sie dann das neue an. Ist es nicht abgelaufen, prüfen Sie die Uhr dieses Rechners: Sie zeigt den {{today}}.',
  reason_cert_refused: 'Das Zertifikat von {{host}} wurde nicht akzeptiert ({{problem}}).',
  remedy_cert_refused: 'Lassen Sie den Server ein gültiges Zertifikat vorlegen oder korrigieren Sie die private CA der Konfiguration.',

  reason_auth_timeout: '{{host}}:{{port}} hat auf die Anmeldung nicht innerhalb von {{seconds}} s geantwortet.',
  remedy_auth_timeout: 'Versuchen Sie es später erneut. Ist der Server nur langsam, erhöhen Sie den Zeitlimit-Faktor.',
  reason_auth_not_offered: 'Der Server bietet an dieser Verbindung keine Anmeldung an.',
  remedy_auth_not_offered:
    'Prüfen Sie Port und Verbindungssicherheit. Wenn der Server keine Anmeldung braucht, schalten Sie die Authentifizierung aus; bei verschlüsselten Verbindungen muss dafür die Option „allowAnonymousTls“ gesetzt sein.',
  reason_auth_needs_tls: 'Der Server bietet an dieser Verbindung keine Anmeldung an: Er verlangt zuerst Verschlüsselung.',
  remedy_auth_needs_tls: 'Wählen Sie STARTTLS.',
  reason_auth_no_xoauth2: 'Der Server bietet keine Anmeldung mit einem Token (XOAUTH2) an.',
  remedy_auth_no_xoauth2:
    'Prüfen Sie den Host: Der von Microsoft 365 ist smtp.office365.com, Port 587, STARTTLS. Andere verlangen ein Passwort.',
  reason_auth_failed: 'Die Anmeldung konnte nicht durchgeführt werden.',
  remedy_auth_failed: 'Prüfen Sie Benutzername und Passwort. Konten mit Zwei-Faktor-Authentifizierung benötigen ein App-Passwort.',
  reason_auth_unavailable: 'Der Server konnte die Anmeldung gerade nicht prüfen.',
  remedy_auth_unavailable: 'Versuchen Sie es später erneut.',
  reason_auth_rate_limited: 'Zu viele Anmeldungen; der Server lehnt vorerst weitere ab.',
  remedy_auth_rate_limited:
    'Warten Sie, sicherheitshalber eine Stunde. Möglicherweise verwenden andere Anwendungen dasselbe Konto mit einem alten Passwort.',
  reason_auth_method: 'Der Server akzeptiert dieses Anmeldeverfahren nicht.',
  remedy_auth_method:
    'Prüfen Sie die Verbindungssicherheit: Viele Server lassen eine Anmeldung nur über eine verschlüsselte Verbindung zu.',
  reason_auth_no_mechanism: 'Der Server und diese Anwendung haben keine Anmeldemethode gemeinsam.',
  remedy_auth_no_mechanism:
    'Aktivieren Sie auf dem Server PLAIN, LOGIN oder CRAM-MD5. Viele Server bieten diese nur über eine verschlüsselte Verbindung an: Prüfen Sie die Verbindungssicherheit.',
  reason_auth_mechanism: 'Der Server akzeptiert das Anmeldeverfahren {{mechanism}} nicht. Er bietet an: {{offered}}.',
  remedy_auth_mechanism: 'Wählen Sie ein anderes Verfahren oder „Automatisch“.',
  reason_auth_app_password: 'Der Server verlangt ein App-Passwort statt des Passworts des Kontos.',
  remedy_auth_app_password: 'Erstellen Sie im Konto ein App-Passwort und geben Sie es hier ein.',
  reason_auth_google: 'Google hat Benutzername oder Passwort abgelehnt.',
  remedy_auth_google:
    'Google akzeptiert nur App-Passwörter: Aktivieren Sie die Bestätigung in zwei Schritten, erstellen Sie unter myaccount.google.com/apppasswords ein App-Passwort und geben Sie es hier ein. Der Benutzername ist die vollständige Adresse.',
  reason_auth_google_browser: 'Google hält diese Anmeldung zurück, bis sie in einem Browser bestätigt wird.',
  remedy_auth_google_browser:
    'Melden Sie sich in einem Browser beim Konto an und bestätigen Sie, dass Sie es waren; verwenden Sie danach ein App-Passwort.',
  reason_auth_provider_app_password: 'Der Server hat Benutzername oder Passwort abgelehnt.',
  remedy_auth_provider_app_password:
    'Dieser Anbieter akzeptiert nur App-Passwörter: Erstellen Sie eines in den Sicherheitseinstellungen des Kontos und geben Sie es hier ein.',
  reason_auth_microsoft: 'Microsoft hat Benutzername oder Passwort abgelehnt.',
  remedy_auth_microsoft:
    'Prüfen Sie beides. Bei Zwei-Faktor-Authentifizierung muss es ein App-Passwort sein, und Microsoft stellt die Anmeldung mit Passwort ein: Zukunftssicher sind OAuth2 oder Microsoft Graph.',
  reason_auth_microsoft_mailbox: 'Die Anmeldung über SMTP ist für dieses Microsoft-365-Postfach ausgeschaltet.',
  remedy_auth_microsoft_mailbox:
    'Erlauben Sie „Authenticated SMTP“ für das Postfach im Microsoft 365 Admin Center (Users, Mail, Manage email apps) oder verwenden Sie Microsoft Graph.',
  reason_auth_microsoft_tenant: 'Die Anmeldung über SMTP ist für den gesamten Microsoft-365-Mandanten ausgeschaltet.',
  remedy_auth_microsoft_tenant:
    'Verwenden Sie OAuth2 oder Microsoft Graph oder lassen Sie es von einem Administrator zulassen: Set-TransportConfig -SmtpClientAuthenticationDisabled $false.',
  reason_auth_microsoft_basic: 'Microsoft akzeptiert für dieses Konto keine Passwörter mehr.',
  remedy_auth_microsoft_basic: 'Melden Sie sich mit OAuth2 an oder verwenden Sie Microsoft Graph.',
  reason_auth_microsoft_policy: 'Eine Sicherheitsrichtlinie des Microsoft-365-Mandanten blockiert diese Anmeldung.',
  remedy_auth_microsoft_policy:
    'Melden Sie sich mit OAuth2 an, verwenden Sie Microsoft Graph oder lassen Sie dieses Konto von einem Administrator von den Sicherheitsstandards und vom bedingten Zugriff ausnehmen.',
  reason_auth_token: 'Der Server hat das Token abgelehnt.',
  remedy_auth_token:
    'Erteilen Sie der App SMTP.SendAsApp mit Administratoreinwilligung, registrieren Sie sie in Exchange (New-ServicePrincipal mit der Objekt-ID der Unternehmensanwendung) und geben Sie ihr Zugriff auf das Postfach (Add-MailboxPermission).',
  reason_auth_refused: 'Der Server hat Benutzername oder Passwort abgelehnt.',
  remedy_auth_refused: 'Prüfen Sie Benutzername und Passwort. Konten mit Zwei-Faktor-Authentifizierung benötigen ein App-Passwort.',
  reason_auth_required: 'Der Server nimmt E-Mails nur nach einer Anmeldung an.',
  remedy_auth_required: 'Schalten Sie die Authentifizierung ein und geben Sie Benutzername und Passwort ein.',

  reason_sender_deferred: 'Der Server nimmt gerade keine E-Mails von diesem Absender an.',
  remedy_sender_deferred: 'Ein späterer Versuch lohnt sich.',
  reason_sender_smtputf8: 'Der Server hat den Absender {{from}} abgelehnt: Er akzeptiert keine Adressen mit solchen Buchstaben (SMTPUTF8).',
  remedy_sender_smtputf8: 'Verwenden Sie eine Absenderadresse ohne Sonderzeichen oder einen Server, der SMTPUTF8 anbietet.',
  reason_sender_not_allowed: 'Der Server hat den Absender {{from}} abgelehnt: Dieses Konto darf nicht unter dieser Adresse senden.',
  remedy_sender_not_allowed: 'Verwenden Sie die Absenderadresse des Kontos oder bitten Sie den Anbieter um das Recht, diese zu verwenden.',
  reason_sender_refused: 'Der Server hat die Absenderadresse abgelehnt.',
  remedy_sender_refused:
    'Der Server lässt dieses Konto nicht mit der eingestellten Adresse senden: Ändern Sie die Absenderadresse oder lassen Sie sich das Recht dazu erteilen.',
  reason_sender_domain: 'Der Server hat den Absender {{from}} abgelehnt: Die Domain gibt es nicht, oder sie empfängt keine E-Mails.',
  remedy_sender_domain: 'Prüfen Sie die Schreibweise der Absenderadresse und den MX-Eintrag ihrer Domain.',
  reason_sender_unverified: 'Der Server hat die Nachricht abgelehnt: Der Anbieter hat eine ihrer Adressen nicht bestätigt.',
  remedy_sender_unverified:
    'Bestätigen Sie die Absenderadresse oder ihre Domain beim Anbieter. Für neue Konten verlangen manche Anbieter auch bestätigte Empfänger.',
  reason_sender_unauthenticated:
    'Der Server hat den Absender {{from}} abgelehnt: Die Domain berechtigt diesen Rechner nicht (SPF, DKIM oder DMARC).',
  remedy_sender_unauthenticated:
    'Senden Sie über den Mailserver dieser Domain, oder veröffentlichen Sie die SPF- und DKIM-Einträge, die ihr Anbieter nennt.',

  reason_recipient_refused: 'Der Server hat den Empfänger {{address}} abgelehnt.',
  remedy_recipient_refused: 'Prüfen Sie die Adresse.',
  reason_recipients_refused: 'Der Server hat alle Empfänger abgelehnt.',
  remedy_recipients_refused: 'Prüfen Sie die Adressen.',
  reason_recipient_deferred: 'Der Server hat den Empfänger {{address}} vorübergehend abgewiesen.',
  remedy_recipient_deferred: 'Versuchen Sie es später erneut.',
  reason_recipients_deferred: 'Der Server hat alle Empfänger vorübergehend abgewiesen.',
  remedy_recipients_deferred: 'Versuchen Sie es später erneut.',
  reason_recipient_smtputf8:
    'Der Server hat den Empfänger {{address}} abgelehnt: Er akzeptiert keine Adressen mit solchen Buchstaben (SMTPUTF8).',
  remedy_recipient_smtputf8: 'Verwenden Sie einen Server, der SMTPUTF8 anbietet, oder eine andere Adresse des Empfängers.',
  reason_header_smtputf8:
    'Die Nachricht enthält die Adresse {{address}}, und der Server akzeptiert keine Adressen mit solchen Buchstaben (SMTPUTF8).',
  remedy_header_smtputf8: 'Verwenden Sie einen Server, der SMTPUTF8 anbietet, oder eine andere Adresse.',
  reason_mailbox_full: 'Das Postfach von {{address}} ist voll.',
  remedy_mailbox_full: 'Der Empfänger muss zuerst Platz schaffen.',
  reason_recipient_policy: 'Der Server hat den Empfänger {{address}} abgelehnt.',
  remedy_recipient_policy: 'Die Antwort des Servers nennt den Grund.',
  reason_recipients_alike: 'Der Server lehnt jeden Empfänger mit derselben Antwort ab.',
  remedy_recipients_alike:
    'Die Antwort des Servers nennt den Grund. Prüfen Sie die Anmeldung, die Absenderadresse und ob der Server E-Mails von diesem Rechner annimmt.',
  reason_relay_denied: 'Der Server hat es abgelehnt, E-Mails an den Empfänger weiterzuleiten.',
  remedy_relay_denied:
    'Der Server leitet keine E-Mails an diese Adresse weiter: Prüfen Sie, ob er eine Anmeldung verlangt oder nur E-Mails für eigene Domains annimmt.',

  reason_message_timeout: '{{host}}:{{port}} hat {{seconds}} s lang nicht mehr geantwortet, bevor die Nachricht angenommen war.',
  remedy_message_timeout: 'Versuchen Sie es später erneut. Ist der Server nur langsam, erhöhen Sie den Zeitlimit-Faktor.',
  reason_content_too_large: 'Die Nachricht ist größer, als der Server annimmt.',
  remedy_content_too_large: 'Senden Sie kleinere oder weniger Anhänge.',
  reason_content_deferred: 'Der Server hat die Nachricht vorübergehend abgewiesen.',
  remedy_content_deferred: 'Versuchen Sie es später erneut.',
  reason_content_refused: 'Der Server hat die Nachricht selbst abgelehnt.',
  remedy_content_refused: 'Prüfen Sie Größe und Inhalt der Nachricht.',
  reason_reply_lost: 'Die Verbindung endete, nachdem die ganze Nachricht übergeben war und bevor der Server geantwortet hat.',
  remedy_reply_lost: 'Die Nachricht wurde möglicherweise zugestellt: Prüfen Sie das, bevor Sie sie nochmals senden.',

  reason_https_dns: 'Der Name {{host}} konnte nicht nachgeschlagen werden.',
  remedy_https_dns: 'Prüfen Sie das Netzwerk und die DNS-Server dieses Rechners.',
  reason_https_timeout: '{{host}} hat nicht rechtzeitig eine Verbindung angenommen.',
  remedy_https_timeout: 'Prüfen Sie Netzwerk und Firewall: Dieser Rechner muss den Host über HTTPS erreichen.',
  reason_https_tls: 'Die verschlüsselte Verbindung zu {{host}} konnte nicht aufgebaut werden.',
  remedy_https_tls:
    'Möglicherweise ersetzt etwas auf dem Weg das Zertifikat von Microsoft, z. B. ein Proxy, der in Verbindungen hineinsieht: Geben Sie dessen CA in der Option „trustedCa“ an.',
  reason_https_certificate: 'Dem Zertifikat von {{host}} wird hier nicht vertraut: Es wurde von {{issuer}} ausgestellt.',
  remedy_https_certificate:
    'Möglicherweise ersetzt etwas auf dem Weg das Zertifikat von Microsoft, z. B. ein Proxy, der in Verbindungen hineinsieht: Geben Sie dessen CA in der Option „trustedCa“ an.',
  reason_https_unreachable: '{{host}} war nicht erreichbar.',
  remedy_https_unreachable: 'Prüfen Sie Netzwerk und Firewall: Dieser Rechner muss den Host über HTTPS erreichen.',
  reason_https_wrong_host: 'Der Weg führt zu {{host}}, das nicht zur gewählten Cloud gehört.',
  remedy_https_wrong_host: 'Prüfen Sie die gewählte Cloud; ein von Microsoft neu hinzugefügter Host gehört in die Option „graph.clouds“.',
  reason_https_no_response: '{{host}} hat nicht rechtzeitig geantwortet.',
  remedy_https_no_response: 'Versuchen Sie es später erneut.',
  reason_https_dropped: '{{host}} hat die Verbindung abgebrochen.',
  remedy_https_dropped: 'Versuchen Sie es später erneut.',
  reason_https_response_lost: '{{host}} hat die ganze Nachricht erhalten, die Antwort ging verloren.',
  remedy_https_response_lost: 'Die Nachricht wurde möglicherweise zugestellt: Prüfen Sie das, bevor Sie sie nochmals senden.',

  reason_entra_throttled: '{{host}} begrenzt die Anmeldungen.',
  remedy_entra_throttled: 'Versuchen Sie es später erneut.',
  reason_entra_unavailable: '{{host}} konnte gerade kein Token ausstellen.',
  remedy_entra_unavailable: 'Versuchen Sie es später erneut.',
  reason_entra_wrong_service: '{{host}} hat nicht so geantwortet wie die Anmeldung von Microsoft.',
  remedy_entra_wrong_service: 'Prüfen Sie das Netzwerk: Möglicherweise antwortet etwas auf dem Weg an ihrer Stelle.',
  reason_entra_secret: 'Microsoft hat das Clientgeheimnis abgelehnt.',
  remedy_entra_secret:
    'Geben Sie den Wert des Geheimnisses erneut ein: nicht seine ID, und das Geheimnis dieser App. Er wird nur einmal angezeigt, beim Erstellen des Geheimnisses.',
  reason_entra_secret_expired: 'Das Clientgeheimnis ist abgelaufen.',
  remedy_entra_secret_expired:
    'Erstellen Sie in Entra ein neues Geheimnis für die App (Certificates & secrets) und geben Sie seinen Wert ein.',
  reason_entra_secret_required: 'Microsoft verlangt ein Clientgeheimnis.',
  remedy_entra_secret_required: 'Geben Sie das Clientgeheimnis der App ein.',
  reason_entra_app: 'Der Mandant kennt keine App mit dieser Client-ID.',
  remedy_entra_app: 'Prüfen Sie die Client-ID und den Mandanten sowie, ob die App gelöscht wurde.',
  reason_entra_tenant: 'Diesen Mandanten gibt es nicht.',
  remedy_entra_tenant: 'Prüfen Sie die Mandanten-ID und die gewählte Cloud.',
  reason_entra_app_disabled: 'Die App ist in diesem Mandanten deaktiviert.',
  remedy_entra_app_disabled: 'Aktivieren Sie die Unternehmensanwendung in Entra.',
  reason_entra_cloud: 'Der Mandant kennt Microsoft Graph oder Exchange Online nicht unter diesem Namen.',
  remedy_entra_cloud: 'Prüfen Sie die gewählte Cloud.',
  reason_entra_consent: 'Den Berechtigungen der App hat niemand zugestimmt.',
  remedy_entra_consent: 'Lassen Sie einen Administrator des Mandanten die Einwilligung erteilen (App registrations, API permissions).',
  reason_entra_password: 'Microsoft hat den Benutzernamen oder das Passwort abgelehnt.',
  remedy_entra_password: 'Prüfen Sie beides; der Benutzer muss zu diesem Mandanten gehören.',
  reason_entra_user: 'Der Mandant hat keinen solchen Benutzer.',
  remedy_entra_user: 'Prüfen Sie den Benutzernamen und den Mandanten.',
  reason_entra_locked: 'Das Konto ist nach zu vielen falschen Passwörtern gesperrt.',
  remedy_entra_locked: 'Warten Sie oder lassen Sie es entsperren und geben Sie dann das richtige Passwort ein.',
  reason_entra_password_expired: 'Das Passwort ist abgelaufen.',
  remedy_entra_password_expired: 'Lassen Sie es vom Benutzer ändern und geben Sie dann das neue ein.',
  reason_entra_user_disabled: 'Das Konto ist deaktiviert.',
  remedy_entra_user_disabled: 'Lassen Sie es aktivieren oder verwenden Sie ein anderes Postfach.',
  reason_entra_mfa: 'Das Konto erfordert einen zweiten Faktor, den ein Programm nicht liefern kann.',
  remedy_entra_mfa: 'Melden Sie sich stattdessen als App an: Stellen Sie die Anmeldung auf OAuth2 um und erteilen Sie der App Mail.Send.',
  reason_entra_policy: 'Eine Richtlinie für bedingten Zugriff des Mandanten blockiert diese Anmeldung.',
  remedy_entra_policy: 'Lassen Sie diese App von der Richtlinie ausnehmen oder melden Sie sich als App statt als Benutzer an.',
  reason_entra_refused: 'Microsoft hat die App nicht angemeldet.',
  remedy_entra_refused: 'Die Antwort nennt den Grund; prüfen Sie die Mandanten-ID, die Client-ID und das Clientgeheimnis.',

  reason_graph_throttled: 'Microsoft drosselt dieses Postfach.',
  remedy_graph_throttled: 'Die Nachricht wird später automatisch gesendet: Das Postfach darf gerade nicht mehr senden.',
  reason_graph_limit: 'Das Postfach hat ein Limit von Exchange Online erreicht.',
  remedy_graph_limit: 'Es wird stündlich erneut versucht. Prüfen Sie die Größe des Postfachs und seine Sendelimits.',
  reason_graph_token: 'Microsoft Graph akzeptiert das Token der Microsoft-Anmeldung nicht, auch kein neues.',
  remedy_graph_token: 'Prüfen Sie die gewählte Cloud und den Mandanten sowie, ob die App dort noch aktiviert ist.',
  reason_graph_mailbox: 'Microsoft Graph kennt kein Postfach {{mailbox}}.',
  remedy_graph_mailbox:
    'Prüfen Sie den Benutzernamen: Er muss die Adresse eines Postfachs dieses Mandanten in Exchange Online sein, lizenziert oder freigegeben.',
  reason_graph_send_as: 'Das Postfach {{mailbox}} darf nicht mit der eingestellten Absenderadresse senden.',
  remedy_graph_send_as: 'Verwenden Sie die eigene Adresse des Postfachs oder erteilen Sie ihm in Exchange „Send as“ für die andere.',
  reason_graph_send_as_message: 'Das Postfach {{mailbox}} darf nicht mit der Absenderadresse dieser Nachricht senden.',
  remedy_graph_send_as_message: 'Senden Sie mit der eigenen Adresse des Postfachs oder erlauben Sie „Send as“ in Exchange.',
  reason_graph_policy: 'Eine Richtlinie von Exchange Online verwehrt der App den Zugriff auf das Postfach {{mailbox}}.',
  remedy_graph_policy:
    'Nehmen Sie das Postfach in den Bereich der Rolle oder Zugriffsrichtlinie der App auf; Änderungen können bis zu zwei Stunden dauern.',
  reason_graph_permission: 'Die App darf nicht als {{mailbox}} senden.',
  remedy_graph_permission:
    'Erteilen Sie der App die Anwendungsberechtigung Mail.Send mit Administratoreinwilligung oder eine Rolle für dieses Postfach (RBAC for Applications); Änderungen können bis zu zwei Stunden dauern.',
  reason_graph_too_large: 'Die Nachricht ist größer, als Microsoft annimmt.',
  remedy_graph_too_large: 'Senden Sie kleinere oder weniger Anhänge.',
  reason_graph_envelope_from: 'Die Nachricht hat den Umschlagabsender {{address}} („envelopeFrom“), den Microsoft Graph nicht setzen kann.',
  remedy_graph_envelope_from: 'Lassen Sie „envelopeFrom“ weg, oder senden Sie die Nachricht über eine SMTP-Konfiguration.',
  reason_graph_ambiguous:
    'Bei Microsoft Graph trat ein Fehler auf ({{status}}), nachdem die ganze Nachricht übergeben war; sie wurde möglicherweise gesendet.',
  remedy_graph_ambiguous: 'Die Nachricht wurde möglicherweise zugestellt: Prüfen Sie das, bevor Sie sie nochmals senden.',
  reason_graph_failed: 'Bei Microsoft Graph trat ein Fehler auf ({{status}}), bevor die Nachricht gesendet war.',
  remedy_graph_failed: 'Versuchen Sie es später erneut.',
  reason_graph_redirect: 'Microsoft Graph hat auf eine andere Adresse verwiesen; dem wird nicht gefolgt.',
  remedy_graph_redirect: 'Prüfen Sie die gewählte Cloud.',
  reason_graph_not_sent: 'Microsoft Graph hat {{status}} statt 202 geantwortet, wie bei Nachrichten, die es nicht sendet.',
  remedy_graph_not_sent: 'Prüfen Sie Größe und Inhalt der Nachricht.',
  reason_graph_wrong_service: 'Was geantwortet hat, ist nicht Microsoft Graph.',
  remedy_graph_wrong_service: 'Prüfen Sie das Netzwerk: Möglicherweise antwortet etwas auf dem Weg an seiner Stelle.',
  reason_graph_recipients: 'Microsoft Graph hat einen der Empfänger nicht angenommen.',
  remedy_graph_recipients: 'Prüfen Sie die Adressen.',
  reason_graph_refused: 'Microsoft Graph hat die Nachricht abgelehnt ({{status}}).',
  remedy_graph_refused: 'Die Antwort von Microsoft nennt den Grund.',

  reason_message_expired: 'Die Nachricht ist abgelaufen, bevor sie gesendet werden konnte.',
  remedy_message_expired: 'Versuchen Sie es erneut, um sie trotzdem zu senden.',
  reason_message_crashed: 'Der Prozess endete jedes Mal, während er nur diese Nachricht sendete.',
  remedy_message_crashed: 'Prüfen Sie das Anwendungsprotokoll, bevor Sie es erneut versuchen.',
  reason_record_damaged: 'Einige Empfänger haben die Nachricht bereits, aber der Nachweis, welche, ist beschädigt.',
  remedy_record_damaged: 'Prüfen Sie, wer sie hat, bevor Sie sie nochmals senden.',
  reason_reply_not_stored: 'Die Antwort des Servers konnte nicht gespeichert werden.',
  remedy_reply_not_stored: 'Prüfen Sie das Anwendungsprotokoll.',
  reason_not_composed: 'Die Nachricht konnte nicht erstellt werden.',
  remedy_not_composed: 'Prüfen Sie Größe und Inhalt der Nachricht.',
  reason_own_from_refused: 'Der Server hat die eigene Absenderadresse {{from}} dieser Nachricht abgelehnt.',
  remedy_own_from_refused:
    'Lassen Sie die Anwendung eine Adresse verwenden, unter der das Konto senden darf, oder bitten Sie den Anbieter, diese zu erlauben.',
  reason_no_from_address: 'Es ist keine Absenderadresse angegeben.',
  remedy_no_from_address: 'Geben Sie in der Konfiguration eine Absenderadresse ein.',
  reason_attachments_too_large: 'Die Anhänge haben mehr als {{megabytes}} MB.',
  remedy_attachments_too_large: 'Senden Sie kleinere Anhänge oder einen Link.',
  reason_attachment_unreadable: 'Die Nachricht konnte nicht erstellt werden: Ein Anhang konnte nicht gelesen werden.',
  remedy_attachment_unreadable: 'Prüfen Sie die Anhänge.',
  reason_content_damaged: 'Der gespeicherte Inhalt dieser Nachricht ist beschädigt.',
  remedy_content_damaged: 'Senden Sie aus der Anwendung eine neue Nachricht.',
  reason_graph_upload_host: 'Microsoft hat verlangt, große Anhänge auf {{host}} hochzuladen; dieser Host gehört nicht zur gewählten Cloud.',
  remedy_graph_upload_host: 'Wenn es ein Host von Microsoft ist, nehmen Sie ihn in der Option „graph.clouds“ in die Uploads der Cloud auf.',
  reason_graph_no_drafts: 'Die Anhänge sind zu groß für eine Anfrage, und die App darf keinen Entwurf für große Anhänge anlegen.',
  remedy_graph_no_drafts:
    'Erteilen Sie der App zusätzlich zu Mail.Send die Berechtigung Mail.ReadWrite und versuchen Sie es erneut, oder senden Sie kleinere Anhänge.',
  reason_graph_upload_failed: 'Ein Anhang konnte nicht hochgeladen werden.',
  remedy_graph_upload_failed: 'Die Nachricht wird von vorn erneut versucht.',
  reason_secret_source_gone: 'Die Geheimnisquelle „{{source}}“ ist nicht mehr eingerichtet.',
  remedy_secret_source_gone: 'Öffnen Sie die Konfiguration und geben Sie das Passwort erneut ein.',
  reason_secret_not_stored: 'Es ist kein Passwort gespeichert.',
  remedy_secret_not_stored: 'Öffnen Sie die Konfiguration und geben Sie das Passwort erneut ein.',
  reason_secret_damaged:
    'Das gespeicherte Passwort ist nicht lesbar: Es ist beschädigt, oder sein Ziel wurde außerhalb des Formulars geändert.',
  remedy_secret_damaged: 'Öffnen Sie die Konfiguration und geben Sie das Passwort erneut ein.',
  reason_secret_key_missing: 'Das gespeicherte Passwort wurde mit dem Schlüssel „{{key}}“ verschlüsselt, den diese Anwendung nicht hat.',
  remedy_secret_key_missing: 'Öffnen Sie die Konfiguration und geben Sie das Passwort erneut ein.',
  reason_secret_not_offered: '{{source}} bietet das gewählte Geheimnis nicht an.',
  remedy_secret_not_offered: 'Öffnen Sie die Konfiguration und wählen Sie ein anderes Geheimnis.',
  reason_secret_destination: '{{source}} erlaubt nicht, das gewählte Geheimnis an diesen Server zu senden.',
  remedy_secret_destination: 'Öffnen Sie die Konfiguration und wählen Sie ein anderes Geheimnis oder den Server, für den es bestimmt ist.',
  reason_secret_token: '{{source}} erlaubt nicht, ein mit dem gewählten Geheimnis erzeugtes Token an diesen Server zu senden.',
  remedy_secret_token:
    'Öffnen Sie die Konfiguration und geben Sie einen SMTP-Server der gewählten Cloud ein, oder wählen Sie ein anderes Geheimnis.',
  reason_secret_own_ca:
    '{{source}} erlaubt das gewählte Geheimnis nicht zusammen mit der privaten CA oder dem angehefteten Zertifikat der Konfiguration.',
  remedy_secret_own_ca:
    'Öffnen Sie die Konfiguration und entfernen Sie die private CA und das angeheftete Zertifikat, oder wählen Sie ein anderes Geheimnis.',
  reason_secret_unreachable: 'Das Geheimnis konnte nicht gelesen werden, weil seine Quelle nicht erreichbar ist: {{words}}',
  remedy_secret_unreachable: 'Versuchen Sie es später erneut. Wenn es dabei bleibt, prüfen Sie Adresse und Netzwerk.',
  reason_secret_forbidden: 'Die Quelle verwehrt dieser Anwendung das Geheimnis: {{words}}',
  remedy_secret_forbidden: 'Geben Sie der Anwendung Zugriff auf das Geheimnis, oder wählen Sie ein anderes.',
  reason_secret_missing: 'Das Geheimnis fehlt in seiner Quelle: {{words}}',
  remedy_secret_missing: 'Legen Sie das Geheimnis an, oder wählen Sie ein anderes.',
  reason_secret_misconfigured: 'Die Quelle des Geheimnisses ist falsch eingerichtet: {{words}}',
  remedy_secret_misconfigured: 'Korrigieren Sie die Optionen der Quelle in der Anwendung.',

  found_logged_in: 'Angemeldet als {{username}}',
  found_accepted: 'Der Server hat die Nachricht angenommen.',
  found_recipients_partly: 'Der Server hat {{accepted}} von {{count}} Empfängern angenommen.',
  found_nothing_sent: 'Es wurde nichts gesendet.',
  found_signed_in: '{{host}} hat die App bei {{tenant}} angemeldet.',
  found_graph_accepted: 'Microsoft hat die Nachricht angenommen.',
};
