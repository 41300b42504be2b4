<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>slimsam</name>
    <message>
      <source>A mask is open: accept it (Enter) or drop it (Esc) first.</source>
      <translation>Eine Maske ist offen: zuerst übernehmen (Enter) oder verwerfen (Esc).</translation>
    </message>
    <message>
      <source>Anywhere</source>
      <translation>Überall</translation>
    </message>
    <message>
      <source>With a project open</source>
      <translation>Mit offenem Projekt</translation>
    </message>
    <message>
      <source>With an image open</source>
      <translation>Mit offenem Bild</translation>
    </message>
    <message>
      <source>While a prompt is open</source>
      <translation>Während eine Eingabe offen ist</translation>
    </message>
    <message>
      <source>While proposals are reviewed</source>
      <translation>Während Vorschläge geprüft werden</translation>
    </message>
    <message>
      <source>With objects selected</source>
      <translation>Mit gewählten Objekten</translation>
    </message>
    <message>
      <source>Open a folder of images first.</source>
      <translation>Zuerst einen Ordner mit Bildern öffnen.</translation>
    </message>
    <message>
      <source>No image is shown.</source>
      <translation>Es wird kein Bild gezeigt.</translation>
    </message>
    <message>
      <source>No mask is open: click on an object first.</source>
      <translation>Keine Maske ist offen: zuerst auf ein Objekt klicken.</translation>
    </message>
    <message>
      <source>Choose a proposal in the list first.</source>
      <translation>Zuerst einen Vorschlag in der Liste wählen.</translation>
    </message>
    <message>
      <source>Select an object first.</source>
      <translation>Zuerst ein Objekt wählen.</translation>
    </message>
    <message>
      <source>Proposals are being reviewed: select an object with V first.</source>
      <translation>Vorschläge werden geprüft: zuerst mit V ein Objekt wählen.</translation>
    </message>
    <message>
      <source>&amp;File</source>
      <translation>&amp;Datei</translation>
    </message>
    <message>
      <source>&amp;Edit</source>
      <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
      <source>&amp;View</source>
      <translation>&amp;Ansicht</translation>
    </message>
    <message>
      <source>&amp;Image</source>
      <translation>B&amp;ild</translation>
    </message>
    <message>
      <source>&amp;Object</source>
      <translation>&amp;Objekt</translation>
    </message>
    <message>
      <source>Mas&amp;k</source>
      <translation>Mas&amp;ke</translation>
    </message>
    <message>
      <source>&amp;Tools</source>
      <translation>&amp;Werkzeuge</translation>
    </message>
    <message>
      <source>&amp;Model</source>
      <translation>&amp;Modell</translation>
    </message>
    <message>
      <source>&amp;Project</source>
      <translation>&amp;Projekt</translation>
    </message>
    <message>
      <source>&amp;Help</source>
      <translation>&amp;Hilfe</translation>
    </message>
    <message>
      <source>Open images…</source>
      <translation>Bilder öffnen …</translation>
    </message>
    <message>
      <source>Open folder…</source>
      <translation>Ordner öffnen …</translation>
    </message>
    <message>
      <source>Open a film…</source>
      <translation>Film öffnen …</translation>
    </message>
    <message>
      <source>Open project…</source>
      <translation>Projekt öffnen …</translation>
    </message>
    <message>
      <source>Try the sample photographs</source>
      <translation>Beispielfotos ausprobieren</translation>
    </message>
    <message>
      <source>Save now</source>
      <translation>Jetzt speichern</translation>
    </message>
    <message>
      <source>Import annotations…</source>
      <translation>Annotationen importieren …</translation>
    </message>
    <message>
      <source>Import a folder of annotations…</source>
      <translation>Ordner mit Annotationen importieren …</translation>
    </message>
    <message>
      <source>Check an annotation file…</source>
      <translation>Annotationsdatei prüfen …</translation>
    </message>
    <message>
      <source>Export folder…</source>
      <translation>Ordner exportieren …</translation>
    </message>
    <message>
      <source>Export this image…</source>
      <translation>Dieses Bild exportieren …</translation>
    </message>
    <message>
      <source>Entries that were left out…</source>
      <translation>Ausgelassene Einträge …</translation>
    </message>
    <message>
      <source>Go back to…</source>
      <translation>Zurückkehren zu …</translation>
    </message>
    <message>
      <source>Close project</source>
      <translation>Projekt schließen</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>Beenden</translation>
    </message>
    <message>
      <source>Undo</source>
      <translation>Rückgängig</translation>
    </message>
    <message>
      <source>Redo</source>
      <translation>Wiederholen</translation>
    </message>
    <message>
      <source>History…</source>
      <translation>Verlauf …</translation>
    </message>
    <message>
      <source>Copy objects</source>
      <translation>Objekte kopieren</translation>
    </message>
    <message>
      <source>Paste objects</source>
      <translation>Objekte einfügen</translation>
    </message>
    <message>
      <source>Duplicate objects</source>
      <translation>Objekte verdoppeln</translation>
    </message>
    <message>
      <source>Select all objects</source>
      <translation>Alle Objekte wählen</translation>
    </message>
    <message>
      <source>Settings…</source>
      <translation>Einstellungen …</translation>
    </message>
    <message>
      <source>Fit the image</source>
      <translation>Bild einpassen</translation>
    </message>
    <message>
      <source>Fit the width</source>
      <translation>Breite einpassen</translation>
    </message>
    <message>
      <source>100 %</source>
      <translation>100 %</translation>
    </message>
    <message>
      <source>Zoom in</source>
      <translation>Vergrößern</translation>
    </message>
    <message>
      <source>Zoom out</source>
      <translation>Verkleinern</translation>
    </message>
    <message>
      <source>Brightness, contrast, opacity…</source>
      <translation>Helligkeit, Kontrast, Deckkraft …</translation>
    </message>
    <message>
      <source>Hide or show all objects</source>
      <translation>Alle Objekte aus- oder einblenden</translation>
    </message>
    <message>
      <source>Colours by class or by object</source>
      <translation>Farben nach Klasse oder nach Objekt</translation>
    </message>
    <message>
      <source>Side panels: all, the right ones, none</source>
      <translation>Seitenleisten: alle, nur rechts, keine</translation>
    </message>
    <message>
      <source>Put the panels back</source>
      <translation>Bereiche zurücksetzen</translation>
    </message>
    <message>
      <source>Full screen</source>
      <translation>Vollbild</translation>
    </message>
    <message>
      <source>Next image</source>
      <translation>Nächstes Bild</translation>
    </message>
    <message>
      <source>Carry on: next image with these objects</source>
      <translation>Weiterführen: nächstes Bild mit diesen Objekten</translation>
    </message>
    <message>
      <source>Carry through images…</source>
      <translation>Durch Bilder weiterführen …</translation>
    </message>
    <message>
      <source>Previous image</source>
      <translation>Voriges Bild</translation>
    </message>
    <message>
      <source>Next unfinished image</source>
      <translation>Nächstes unfertiges Bild</translation>
    </message>
    <message>
      <source>Previous unfinished image</source>
      <translation>Voriges unfertiges Bild</translation>
    </message>
    <message>
      <source>Next image to label: the most telling one</source>
      <translation>Nächstes zu annotierendes Bild: das aufschlussreichste</translation>
    </message>
    <message>
      <source>First image</source>
      <translation>Erstes Bild</translation>
    </message>
    <message>
      <source>Last image</source>
      <translation>Letztes Bild</translation>
    </message>
    <message>
      <source>Go to image…</source>
      <translation>Gehe zu Bild …</translation>
    </message>
    <message>
      <source>Mark as done and go on</source>
      <translation>Als fertig markieren und weiter</translation>
    </message>
    <message>
      <source>Mark as checked, nothing to label</source>
      <translation>Als geprüft und leer markieren</translation>
    </message>
    <message>
      <source>Mark for review</source>
      <translation>Zur Durchsicht markieren</translation>
    </message>
    <message>
      <source>Mark as new</source>
      <translation>Als neu markieren</translation>
    </message>
    <message>
      <source>Remove from the project</source>
      <translation>Aus dem Projekt nehmen</translation>
    </message>
    <message>
      <source>Statistics</source>
      <translation>Statistik</translation>
    </message>
    <message>
      <source>Review queue</source>
      <translation>Durchsicht</translation>
    </message>
    <message>
      <source>This one is right</source>
      <translation>Dieses ist richtig</translation>
    </message>
    <message>
      <source>Needs work</source>
      <translation>Muss nachgearbeitet werden</translation>
    </message>
    <message>
      <source>Prepare this folder</source>
      <translation>Diesen Ordner vorbereiten</translation>
    </message>
    <message>
      <source>Edit note and attributes…</source>
      <translation>Notiz und Attribute bearbeiten …</translation>
    </message>
    <message>
      <source>Choose a class…</source>
      <translation>Klasse wählen …</translation>
    </message>
    <message>
      <source>Delete objects</source>
      <translation>Objekte löschen</translation>
    </message>
    <message>
      <source>Hide or show</source>
      <translation>Aus- oder einblenden</translation>
    </message>
    <message>
      <source>Lock or unlock</source>
      <translation>Sperren oder entsperren</translation>
    </message>
    <message>
      <source>Group</source>
      <translation>Gruppieren</translation>
    </message>
    <message>
      <source>Ungroup</source>
      <translation>Gruppe auflösen</translation>
    </message>
    <message>
      <source>Same thing as the copied object</source>
      <translation>Dasselbe Ding wie das kopierte Objekt</translation>
    </message>
    <message>
      <source>From here on another thing</source>
      <translation>Ab hier ein anderes Ding</translation>
    </message>
    <message>
      <source>Bring to the front</source>
      <translation>Nach vorn</translation>
    </message>
    <message>
      <source>Send to the back</source>
      <translation>Nach hinten</translation>
    </message>
    <message>
      <source>Refine by clicks</source>
      <translation>Mit Klicks verfeinern</translation>
    </message>
    <message>
      <source>Look closer at the visible part</source>
      <translation>Den sichtbaren Ausschnitt genauer ansehen</translation>
    </message>
    <message>
      <source>Merge</source>
      <translation>Vereinigen</translation>
    </message>
    <message>
      <source>Subtract</source>
      <translation>Abziehen</translation>
    </message>
    <message>
      <source>Intersect</source>
      <translation>Schnittmenge</translation>
    </message>
    <message>
      <source>Split into parts</source>
      <translation>In Teile zerlegen</translation>
    </message>
    <message>
      <source>Fill holes</source>
      <translation>Löcher füllen</translation>
    </message>
    <message>
      <source>Drop specks</source>
      <translation>Flecken entfernen</translation>
    </message>
    <message>
      <source>Keep the largest part</source>
      <translation>Nur den größten Teil behalten</translation>
    </message>
    <message>
      <source>Smooth</source>
      <translation>Glätten</translation>
    </message>
    <message>
      <source>Simplify outline…</source>
      <translation>Umriss vereinfachen …</translation>
    </message>
    <message>
      <source>Segment everything</source>
      <translation>Alles segmentieren</translation>
    </message>
    <message>
      <source>Find more like these</source>
      <translation>Mehr von diesen finden</translation>
    </message>
    <message>
      <source>Find more of all classes</source>
      <translation>Mehr von allen Klassen finden</translation>
    </message>
    <message>
      <source>Accept all proposals that are shown</source>
      <translation>Alle gezeigten Vorschläge übernehmen</translation>
    </message>
    <message>
      <source>Accept all proposals that are shown and go on</source>
      <translation>Alle gezeigten Vorschläge übernehmen und weitergehen</translation>
    </message>
    <message>
      <source>Reject the chosen proposals</source>
      <translation>Gewählte Vorschläge ablehnen</translation>
    </message>
    <message>
      <source>Merge the chosen proposals</source>
      <translation>Gewählte Vorschläge vereinigen</translation>
    </message>
    <message>
      <source>Bring rejected proposals back</source>
      <translation>Abgelehnte Vorschläge zurückholen</translation>
    </message>
    <message>
      <source>Discard all proposals</source>
      <translation>Alle Vorschläge verwerfen</translation>
    </message>
    <message>
      <source>Next proposal</source>
      <translation>Nächster Vorschlag</translation>
    </message>
    <message>
      <source>Previous proposal</source>
      <translation>Voriger Vorschlag</translation>
    </message>
    <message>
      <source>Masks from imported boxes</source>
      <translation>Masken aus importierten Rahmen</translation>
    </message>
    <message>
      <source>Accept the mask</source>
      <translation>Maske übernehmen</translation>
    </message>
    <message>
      <source>Accept the mask and start another object</source>
      <translation>Maske übernehmen und ein weiteres Objekt beginnen</translation>
    </message>
    <message>
      <source>Next of the masks on offer</source>
      <translation>Nächste der angebotenen Masken</translation>
    </message>
    <message>
      <source>Previous of the masks on offer</source>
      <translation>Vorige der angebotenen Masken</translation>
    </message>
    <message>
      <source>Take back the last step</source>
      <translation>Letzten Schritt zurücknehmen</translation>
    </message>
    <message>
      <source>Cancel the open mask</source>
      <translation>Offene Maske verwerfen</translation>
    </message>
    <message>
      <source>Select and edit</source>
      <translation>Wählen und bearbeiten</translation>
    </message>
    <message>
      <source>Points</source>
      <translation>Punkte</translation>
    </message>
    <message>
      <source>Box prompt</source>
      <translation>Rahmen</translation>
    </message>
    <message>
      <source>Several boxes</source>
      <translation>Mehrere Rahmen</translation>
    </message>
    <message>
      <source>Review proposals</source>
      <translation>Vorschläge prüfen</translation>
    </message>
    <message>
      <source>Polygon</source>
      <translation>Polygon</translation>
    </message>
    <message>
      <source>Rectangle</source>
      <translation>Rechteck</translation>
    </message>
    <message>
      <source>Ellipse</source>
      <translation>Ellipse</translation>
    </message>
    <message>
      <source>Lasso</source>
      <translation>Lasso</translation>
    </message>
    <message>
      <source>Brush</source>
      <translation>Pinsel</translation>
    </message>
    <message>
      <source>Eraser</source>
      <translation>Radierer</translation>
    </message>
    <message>
      <source>Pan</source>
      <translation>Bewegen</translation>
    </message>
    <message>
      <source>Send back with a note</source>
      <translation>Mit Hinweis zurückgeben</translation>
    </message>
    <message>
      <source>Smaller brush</source>
      <translation>Kleinerer Pinsel</translation>
    </message>
    <message>
      <source>Larger brush</source>
      <translation>Größerer Pinsel</translation>
    </message>
    <message>
      <source>Click at the cross</source>
      <translation>Am Kreuz klicken</translation>
    </message>
    <message>
      <source>Right click at the cross</source>
      <translation>Am Kreuz rechts klicken</translation>
    </message>
    <message>
      <source>New class…</source>
      <translation>Neue Klasse …</translation>
    </message>
    <message>
      <source>Edit classes…</source>
      <translation>Klassen bearbeiten …</translation>
    </message>
    <message>
      <source>Models…</source>
      <translation>Modelle …</translation>
    </message>
    <message>
      <source>Detector…</source>
      <translation>Detektor …</translation>
    </message>
    <message>
      <source>Compare with another model…</source>
      <translation>Mit anderem Modell vergleichen …</translation>
    </message>
    <message>
      <source>Show the mask of the other model</source>
      <translation>Maske des anderen Modells zeigen</translation>
    </message>
    <message>
      <source>End the comparison</source>
      <translation>Vergleich beenden</translation>
    </message>
    <message>
      <source>Compress model…</source>
      <translation>Modell verkleinern …</translation>
    </message>
    <message>
      <source>Your name…</source>
      <translation>Ihr Name …</translation>
    </message>
    <message>
      <source>Split among people…</source>
      <translation>Unter Personen aufteilen …</translation>
    </message>
    <message>
      <source>Merge parts…</source>
      <translation>Teile zusammenführen …</translation>
    </message>
    <message>
      <source>Work on my own part</source>
      <translation>An meinem eigenen Teil arbeiten</translation>
    </message>
    <message>
      <source>Differences between people</source>
      <translation>Unterschiede zwischen Personen</translation>
    </message>
    <message>
      <source>Compare people…</source>
      <translation>Personen vergleichen …</translation>
    </message>
    <message>
      <source>Approve and go on</source>
      <translation>Freigeben und weiter</translation>
    </message>
    <message>
      <source>Notes are done</source>
      <translation>Hinweise sind erledigt</translation>
    </message>
    <message>
      <source>Find a command…</source>
      <translation>Befehl suchen …</translation>
    </message>
    <message>
      <source>Keyboard shortcuts</source>
      <translation>Tastenkürzel</translation>
    </message>
    <message>
      <source>User guide</source>
      <translation>Benutzerhandbuch</translation>
    </message>
    <message>
      <source>About SlimSAM</source>
      <translation>Über SlimSAM</translation>
    </message>
    <message>
      <source>Its frames become a folder of images, all of them or some.</source>
      <translation>Seine Einzelbilder werden ein Ordner mit Bildern, alle oder einige.</translation>
    </message>
    <message>
      <source>Export</source>
      <translation>Exportieren</translation>
    </message>
    <message>
      <source>Into many images, forward, backward or between two labelled ones.</source>
      <translation>In viele Bilder, vorwärts, rückwärts oder zwischen zwei annotierten.</translation>
    </message>
    <message>
      <source>One that differs from the labelled images, and of which little is sure.</source>
      <translation>Eines, das sich von den annotierten Bildern unterscheidet und von dem wenig sicher ist.</translation>
    </message>
    <message>
      <source>Done, next</source>
      <translation>Fertig, weiter</translation>
    </message>
    <message>
      <source>One object of all; the one that was selected first keeps its number and class.</source>
      <translation>Ein Objekt aus allen; das zuerst gewählte behält Nummer und Klasse.</translation>
    </message>
    <message>
      <source>Cuts the objects that were selected later out of the one that was selected first.</source>
      <translation>Schneidet die später gewählten Objekte aus dem zuerst gewählten heraus.</translation>
    </message>
    <message>
      <source>What all share; the one that was selected first keeps its number and class.</source>
      <translation>Was allen gemeinsam ist; das zuerst gewählte Objekt behält Nummer und Klasse.</translation>
    </message>
    <message>
      <source>Looks in the other images for the classes of the selected objects, learnt from labels.</source>
      <translation>Sucht in den anderen Bildern nach den Klassen der gewählten Objekte, gelernt aus den Annotationen.</translation>
    </message>
    <message>
      <source>Looks in the other images for what looks like labelled objects of any class.</source>
      <translation>Sucht in den anderen Bildern, was annotierten Objekten irgendeiner Klasse ähnlich sieht.</translation>
    </message>
    <message>
      <source>What was rejected or merged last; Backspace does it while proposals are reviewed.</source>
      <translation>Was zuletzt abgelehnt oder vereinigt wurde; beim Prüfen von Vorschlägen tut es die Rücktaste.</translation>
    </message>
    <message>
      <source>Select</source>
      <translation>Wählen</translation>
    </message>
    <message>
      <source>left click: part of the object</source>
      <translation>Linksklick: gehört zum Objekt</translation>
    </message>
    <message>
      <source>right click or Shift+click: not part of it</source>
      <translation>Rechtsklick oder Umschalt+Klick: gehört nicht dazu</translation>
    </message>
    <message>
      <source>hold Ctrl: decode only on release</source>
      <translation>Strg halten: erst beim Loslassen berechnen</translation>
    </message>
    <message>
      <source>Box</source>
      <translation>Rahmen</translation>
    </message>
    <message>
      <source>Shift+drag with the box tool</source>
      <translation>Umschalt+Ziehen mit dem Werkzeug Rahmen</translation>
    </message>
    <message>
      <source>click an edge: drop the box</source>
      <translation>Klick auf eine Kante: Rahmen verwerfen</translation>
    </message>
    <message>
      <source>Boxes</source>
      <translation>Mehrere</translation>
    </message>
    <message>
      <source>Backspace: bring back what was rejected last</source>
      <translation>Rücktaste: zuletzt Abgelehntes zurückholen</translation>
    </message>
    <message>
      <source>Review</source>
      <translation>Durchsicht</translation>
    </message>
    <message>
      <source>Alt+click an edge: add a vertex</source>
      <translation>Alt+Klick auf eine Kante: Ecke hinzufügen</translation>
    </message>
    <message>
      <source>Alt+click a vertex: remove it</source>
      <translation>Alt+Klick auf eine Ecke: Ecke entfernen</translation>
    </message>
    <message>
      <source>middle drag</source>
      <translation>mit der mittleren Taste ziehen</translation>
    </message>
    <message>
      <source>Space drag</source>
      <translation>mit der Leertaste ziehen</translation>
    </message>
    <message>
      <source>click where something is to be done</source>
      <translation>dorthin klicken, wo etwas zu tun ist</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>Notiz</translation>
    </message>
    <message>
      <source>Your own network (YOLO, RT-DETR, RF-DETR) looks through the images.</source>
      <translation>Ihr eigenes Netz (YOLO, RT-DETR, RF-DETR) sieht die Bilder durch.</translation>
    </message>
    <message>
      <source>Stands with each object that you make, so that several people can share a project.</source>
      <translation>Steht bei jedem Objekt, das Sie machen, damit mehrere sich ein Projekt teilen können.</translation>
    </message>
    <message>
      <source>Writes a part for each, a project of its own; some images may go to several.</source>
      <translation>Schreibt für jede Person einen Teil, ein eigenes Projekt; manche Bilder können an mehrere gehen.</translation>
    </message>
    <message>
      <source>Joins parts, copies or other projects into this one, as one step of undo.</source>
      <translation>Fügt Teile, Kopien oder andere Projekte in dieses ein, als ein Schritt, der sich zurücknehmen lässt.</translation>
    </message>
    <message>
      <source>For a project that somebody else has open: yours is made beside it and merged later.</source>
      <translation>Für ein Projekt, das jemand anderes offen hat: Ihr Teil entsteht daneben und wird später zusammengeführt.</translation>
    </message>
    <message>
      <source>What merges left open, and objects on which people differ, the worst first.</source>
      <translation>Was Zusammenführungen offen ließen, und Objekte, bei denen sich Personen unterscheiden, das Gröbste zuerst.</translation>
    </message>
    <message>
      <source>How far people agree who labelled the same images, or how good each is.</source>
      <translation>Wie weit sich Personen einig sind, die dieselben Bilder annotiert haben, oder wie gut jede ist.</translation>
    </message>
    <message>
      <source>A second person found the image right as it is; exports can be limited to these.</source>
      <translation>Eine zweite Person fand das Bild richtig, wie es ist; Exporte können sich darauf beschränken.</translation>
    </message>
    <message>
      <source>The image was sent back and is mended: somebody should look again.</source>
      <translation>Das Bild kam zurück und ist behoben: jemand sollte noch einmal hinsehen.</translation>
    </message>
    <message>
      <source>Ctrl+wheel</source>
      <translation>Strg+Rad</translation>
    </message>
    <message>
      <source>hold S: the picture alone</source>
      <translation>S halten: das Bild allein</translation>
    </message>
    <message>
      <source>Space</source>
      <translation>Leertaste</translation>
    </message>
    <message>
      <source>double click</source>
      <translation>Doppelklick</translation>
    </message>
    <message>
      <source>Alt+wheel</source>
      <translation>Alt+Rad</translation>
    </message>
    <message>
      <source>click the prompt</source>
      <translation>Klick auf die Eingabe</translation>
    </message>
    <message>
      <source>arrow keys move the cross, with Shift finely, with Ctrl far</source>
      <translation>Pfeiltasten bewegen das Kreuz, mit Umschalt fein, mit Strg weit</translation>
    </message>
    <message>
      <source>A, B: this side is right</source>
      <translation>A, B: diese Seite hat recht</translation>
    </message>
    <message>
      <source>U: both masks as one</source>
      <translation>U: beide Masken als eine</translation>
    </message>
    <message>
      <source>R: draw it anew</source>
      <translation>R: neu zeichnen</translation>
    </message>
    <message>
      <source>K: keep both</source>
      <translation>K: beide behalten</translation>
    </message>
    <message>
      <source>Class {n} for the selection or for new objects</source>
      <translation>Klasse {n} für die Auswahl oder für neue Objekte</translation>
    </message>
    <message>
      <source>Class {n} for the object under the pointer</source>
      <translation>Klasse {n} für das Objekt unter dem Zeiger</translation>
    </message>
    <message>
      <source>Not all settings could be used.</source>
      <translation>Nicht alle Einstellungen konnten verwendet werden.</translation>
    </message>
    <message>
      <source>Dismiss</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Masks to choose from</source>
      <translation>Masken zur Auswahl</translation>
    </message>
    <message>
      <source>Masks of the model, with the quality that it predicts for each</source>
      <translation>Masken des Modells mit der Güte, die es jeder zuschreibt</translation>
    </message>
    <message>
      <source>Click on something: its masks appear here, Tab cycles through them.</source>
      <translation>Klicken Sie etwas an: Hier erscheinen seine Masken, Tab wechselt zwischen ihnen.</translation>
    </message>
    <message>
      <source>The second model is looking …</source>
      <translation>Das zweite Modell betrachtet das Bild …</translation>
    </message>
    <message>
      <source>Overview map</source>
      <translation>Übersichtskarte</translation>
    </message>
    <message>
      <source>Canvas</source>
      <translation>Bildfläche</translation>
    </message>
    <message>
      <source>Drag a box around it · click: points · Shift+drag: several</source>
      <translation>Rahmen ziehen · Klick: Punkte · Umschalt+Ziehen: mehrere</translation>
    </message>
    <message>
      <source>Drag a box around each · click an edge: drop it · Enter: all</source>
      <translation>Je ein Rahmen · Klick auf Kante: weg · Enter: alle</translation>
    </message>
    <message>
      <source>Paint · right button: erase · [ ]: size · Enter ends the object</source>
      <translation>Malen · rechts: radieren · [ ]: Größe · Enter beendet</translation>
    </message>
    <message>
      <source>Drag or click both corners · Shift: circle</source>
      <translation>Ziehen oder beide Ecken klicken · Umschalt: Kreis</translation>
    </message>
    <message>
      <source>Erase · right button: paint · [ ]: size</source>
      <translation>Radieren · rechts: malen · [ ]: Größe</translation>
    </message>
    <message>
      <source>Drag around the object</source>
      <translation>Um das Objekt herum ziehen</translation>
    </message>
    <message>
      <source>Click where something is to be done: the image goes back with your note</source>
      <translation>Klick, wo etwas zu tun ist: das Bild geht mit Ihrem Hinweis zurück</translation>
    </message>
    <message>
      <source>Drag: move the picture · Ctrl+wheel: zoom</source>
      <translation>Ziehen: Bild schieben · Strg+Rad: größer</translation>
    </message>
    <message>
      <source>Click: part of it · right click: not · Enter accepts · Tab: others</source>
      <translation>Klick: gehört dazu · rechts: nicht · Enter · Tab: andere</translation>
    </message>
    <message>
      <source>Click the corners · Enter closes · Backspace takes one back</source>
      <translation>Ecken klicken · Enter schließt · Rücktaste: zurück</translation>
    </message>
    <message>
      <source>Drag or click both corners · Shift: square</source>
      <translation>Ziehen oder beide Ecken klicken · Umschalt: Quadrat</translation>
    </message>
    <message>
      <source>Click: choose · Enter: accept · Delete: reject · Tab: next</source>
      <translation>Klick: wählen · Enter: übernehmen · Entf: weg · Tab: weiter</translation>
    </message>
    <message>
      <source>Click: select · drag: move · Alt+click: vertex · Shift: more</source>
      <translation>Klick: wählen · Ziehen: schieben · Alt+Klick: Ecke</translation>
    </message>
    <message>
      <source>This project is read-only.</source>
      <translation>Dieses Projekt ist schreibgeschützt.</translation>
    </message>
    <message>
      <source>d MMM yyyy, HH:mm</source>
      <translation>dd.MM.yyyy, HH:mm</translation>
    </message>
    <message>
      <source>en</source>
      <translation>de</translation>
    </message>
    <message>
      <source>{percent} ({low} to {high})</source>
      <translation>{percent} ({low} bis {high})</translation>
    </message>
    <message>
      <source>line {n}</source>
      <translation>Zeile {n}</translation>
    </message>
    <message>
      <source>an attribute is written as “name: value, value”</source>
      <translation>ein Attribut schreibt man als „Name: Wert, Wert“</translation>
    </message>
    <message>
      <source>there is an attribute “{name}” already</source>
      <translation>es gibt schon ein Attribut „{name}“</translation>
    </message>
    <message>
      <source>Add class</source>
      <translation>Klasse hinzufügen</translation>
    </message>
    <message>
      <source>Change class</source>
      <translation>Klasse ändern</translation>
    </message>
    <message>
      <source>Number the keys</source>
      <translation>Tasten nummerieren</translation>
    </message>
    <message>
      <source>A class needs a name.</source>
      <translation>Eine Klasse braucht einen Namen.</translation>
    </message>
    <message>
      <source>Type at least one letter.</source>
      <translation>Mindestens einen Buchstaben eingeben.</translation>
    </message>
    <message>
      <source>Choose another name.</source>
      <translation>Einen anderen Namen wählen.</translation>
    </message>
    <message>
      <source>There is a class “{name}” already.</source>
      <translation>Es gibt schon eine Klasse „{name}“.</translation>
    </message>
    <message>
      <source>New</source>
      <translation>Neu</translation>
    </message>
    <message>
      <source>In progress</source>
      <translation>In Arbeit</translation>
    </message>
    <message>
      <source>Done</source>
      <translation>Fertig</translation>
    </message>
    <message>
      <source>Checked, empty</source>
      <translation>Geprüft, leer</translation>
    </message>
    <message>
      <source>Needs review</source>
      <translation>Durchzusehen</translation>
    </message>
    <message>
      <source>Approved</source>
      <translation>Freigegeben</translation>
    </message>
    <message>
      <source>Sent back</source>
      <translation>Zurückgegeben</translation>
    </message>
    <message>
      <source>Fixed, to be looked at again</source>
      <translation>Behoben, noch einmal anzusehen</translation>
    </message>
    <message>
      <source>That was the last unfinished image.</source>
      <translation>Das war das letzte unfertige Bild.</translation>
    </message>
    <message>
      <source>Remove image</source>
      <translation>Bild aus dem Projekt nehmen</translation>
    </message>
    <message>
      <source>the file stays where it is.</source>
      <translation>die Datei bleibt, wo sie ist.</translation>
    </message>
    <message>
      <source>the files stay where they are.</source>
      <translation>die Dateien bleiben, wo sie sind.</translation>
    </message>
    <message>
      <source>Edit comment</source>
      <translation>Kommentar bearbeiten</translation>
    </message>
    <message>
      <source>Edit flags</source>
      <translation>Merkmale bearbeiten</translation>
    </message>
    <message>
      <source>1 image is now “{state}”.</source>
      <translation>1 Bild ist jetzt „{state}“.</translation>
    </message>
    <message>
      <source>{n} images are now “{state}”.</source>
      <translation>{n} Bilder sind jetzt „{state}“.</translation>
    </message>
    <message>
      <source>{count} image has objects and stays as it is.</source>
      <translation>{count} Bild hat Objekte und bleibt, wie es ist.</translation>
    </message>
    <message>
      <source>{count} images have objects and stay as they are.</source>
      <translation>{count} Bilder haben Objekte und bleiben, wie sie sind.</translation>
    </message>
    <message>
      <source>{count} unfinished image is hidden by the filter.</source>
      <translation>{count} unfertiges Bild ist vom Filter ausgeblendet.</translation>
    </message>
    <message>
      <source>{count} unfinished images are hidden by the filter.</source>
      <translation>{count} unfertige Bilder sind vom Filter ausgeblendet.</translation>
    </message>
    <message>
      <source>{count} image was sent back with notes.</source>
      <translation>{count} Bild kam mit Hinweisen zurück.</translation>
    </message>
    <message>
      <source>{count} images were sent back with notes.</source>
      <translation>{count} Bilder kamen mit Hinweisen zurück.</translation>
    </message>
    <message>
      <source>In {count} image something is open that was not accepted.</source>
      <translation>In {count} Bild ist etwas offen, das nicht übernommen wurde.</translation>
    </message>
    <message>
      <source>In {count} images something is open that was not accepted.</source>
      <translation>In {count} Bildern ist etwas offen, das nicht übernommen wurde.</translation>
    </message>
    <message>
      <source>Export the folder when you like.</source>
      <translation>Der Ordner kann jetzt exportiert werden.</translation>
    </message>
    <message>
      <source>{name} is out of the project</source>
      <translation>{name} ist nicht mehr im Projekt</translation>
    </message>
    <message>
      <source>{n} images are out of the project</source>
      <translation>{n} Bilder sind nicht mehr im Projekt</translation>
    </message>
    <message>
      <source>with {count} object</source>
      <translation>mit {count} Objekt</translation>
    </message>
    <message>
      <source>with {count} objects</source>
      <translation>mit {count} Objekten</translation>
    </message>
    <message>
      <source>Delete object</source>
      <translation>Objekt löschen</translation>
    </message>
    <message>
      <source>Edit details</source>
      <translation>Angaben bearbeiten</translation>
    </message>
    <message>
      <source>Change mask</source>
      <translation>Maske ändern</translation>
    </message>
    <message>
      <source>Add object</source>
      <translation>Objekt hinzufügen</translation>
    </message>
    <message>
      <source>Add objects</source>
      <translation>Objekte hinzufügen</translation>
    </message>
    <message>
      <source>Hide</source>
      <translation>Ausblenden</translation>
    </message>
    <message>
      <source>Show</source>
      <translation>Einblenden</translation>
    </message>
    <message>
      <source>Lock</source>
      <translation>Sperren</translation>
    </message>
    <message>
      <source>Unlock</source>
      <translation>Entsperren</translation>
    </message>
    <message>
      <source>Severity</source>
      <translation>Schwere</translation>
    </message>
    <message>
      <source>Where</source>
      <translation>Wo</translation>
    </message>
    <message>
      <source>Finding</source>
      <translation>Befund</translation>
    </message>
    <message>
      <source>Error</source>
      <translation>Fehler</translation>
    </message>
    <message>
      <source>Warning</source>
      <translation>Warnung</translation>
    </message>
    <message>
      <source>Something is open here that was not accepted yet.</source>
      <translation>Hier ist etwas offen, das noch nicht übernommen wurde.</translation>
    </message>
    <message>
      <source>{state}, {name}</source>
      <translation>{state}, {name}</translation>
    </message>
    <message>
      <source>{count} object</source>
      <translation>{count} Objekt</translation>
    </message>
    <message>
      <source>{count} objects</source>
      <translation>{count} Objekte</translation>
    </message>
    <message>
      <source>(deleted class)</source>
      <translation>(gelöschte Klasse)</translation>
    </message>
    <message>
      <source>Track {number}</source>
      <translation>Track {number}</translation>
    </message>
    <message>
      <source>{area} pixels</source>
      <translation>{area} Pixel</translation>
    </message>
    <message>
      <source>{name}, {area} pixels</source>
      <translation>{name}, {area} Pixel</translation>
    </message>
    <message>
      <source>{track}: one thing in several images</source>
      <translation>{track}: ein Ding in mehreren Bildern</translation>
    </message>
    <message>
      <source>Predicted IoU {value}</source>
      <translation>Vorhergesagte IoU {value}</translation>
    </message>
    <message>
      <source>By {name}</source>
      <translation>Von {name}</translation>
    </message>
    <message>
      <source>{count} px</source>
      <translation>{count} px</translation>
    </message>
    <message>
      <source>its class was deleted</source>
      <translation>seine Klasse wurde gelöscht</translation>
    </message>
    <message>
      <source>Lies over an object that is labelled: Accept all leaves it out.</source>
      <translation>Liegt über einem annotierten Objekt: „Alle übernehmen“ lässt ihn aus.</translation>
    </message>
    <message>
      <source>Lies over a better proposal of its class: Accept all leaves it out.</source>
      <translation>Liegt über einem besseren Vorschlag seiner Klasse: „Alle übernehmen“ lässt ihn aus.</translation>
    </message>
    <message>
      <source>Proposal {number}, predicted IoU {iou}</source>
      <translation>Vorschlag {number}, vorhergesagte IoU {iou}</translation>
    </message>
    <message>
      <source>Stop it</source>
      <translation>Anhalten</translation>
    </message>
    <message>
      <source>Mark as “{name}”</source>
      <translation>Als „{name}“ markieren</translation>
    </message>
    <message>
      <source>Remove {name} images</source>
      <translation>{name} Bilder aus dem Projekt nehmen</translation>
    </message>
    <message>
      <source>Add images</source>
      <translation>Bilder hinzufügen</translation>
    </message>
    <message>
      <source>Load classes of {name}</source>
      <translation>Klassen von {name} laden</translation>
    </message>
    <message>
      <source>Boxes to masks</source>
      <translation>Masken aus Rahmen</translation>
    </message>
    <message>
      <source>Import {name}</source>
      <translation>{name} importieren</translation>
    </message>
    <message>
      <source>Add folder {name}</source>
      <translation>Ordner {name} hinzufügen</translation>
    </message>
    <message>
      <source>Add pictures of {name}</source>
      <translation>Bilder aus {name} hinzufügen</translation>
    </message>
    <message>
      <source>Re-link {name}</source>
      <translation>{name} neu verknüpfen</translation>
    </message>
    <message>
      <source>Follow moved folders</source>
      <translation>Verschobenen Ordnern folgen</translation>
    </message>
    <message>
      <source>Repair</source>
      <translation>Reparieren</translation>
    </message>
    <message>
      <source>Split</source>
      <translation>Aufteilen</translation>
    </message>
    <message>
      <source>Merge projects: {name}</source>
      <translation>Projekte zusammenführen: {name}</translation>
    </message>
    <message>
      <source>Writing {name}</source>
      <translation>{name} wird geschrieben</translation>
    </message>
    <message>
      <source>Reading back</source>
      <translation>Das Geschriebene wird geprüft</translation>
    </message>
    <message>
      <source>Adding pictures</source>
      <translation>Bilder werden hinzugefügt</translation>
    </message>
    <message>
      <source>Reading pictures</source>
      <translation>Bilder werden gelesen</translation>
    </message>
    <message>
      <source>Looking for pictures</source>
      <translation>Bilder werden gesucht</translation>
    </message>
    <message>
      <source>Comparing pictures</source>
      <translation>Bilder werden verglichen</translation>
    </message>
    <message>
      <source>Writing the part of {name}</source>
      <translation>Teil für {name} wird geschrieben</translation>
    </message>
    <message>
      <source>Pictures of {name}</source>
      <translation>Bilder für {name}</translation>
    </message>
    <message>
      <source>Merging pictures</source>
      <translation>Bilder werden zusammengeführt</translation>
    </message>
    <message>
      <source>Checking pictures</source>
      <translation>Bilder werden geprüft</translation>
    </message>
    <message>
      <source>Checking every {name}</source>
      <translation>Jedes wird geprüft: {name}</translation>
    </message>
    <message>
      <source>Converting the project: {name}</source>
      <translation>Das Projekt wird umgewandelt: {name}</translation>
    </message>
    <message>
      <source>Carrying objects over</source>
      <translation>Objekte werden weitergeführt</translation>
    </message>
    <message>
      <source>Looking for boxes</source>
      <translation>Rahmen werden gesucht</translation>
    </message>
    <message>
      <source>Looking for objects</source>
      <translation>Objekte werden gesucht</translation>
    </message>
    <message>
      <source>Frames</source>
      <translation>Einzelbilder</translation>
    </message>
    <message>
      <source>Comparing images</source>
      <translation>Bilder werden verglichen</translation>
    </message>
    <message>
      <source>Learning the class</source>
      <translation>Klasse wird gelernt</translation>
    </message>
    <message>
      <source>Looking for more like these</source>
      <translation>Suche nach mehr von diesen</translation>
    </message>
    <message>
      <source>Preparing</source>
      <translation>Wird vorbereitet</translation>
    </message>
    <message>
      <source>Downloading</source>
      <translation>Wird heruntergeladen</translation>
    </message>
    <message>
      <source>Preparing the model</source>
      <translation>Das Modell wird vorbereitet</translation>
    </message>
    <message>
      <source>Segmenting everything</source>
      <translation>Alles wird segmentiert</translation>
    </message>
    <message>
      <source>Measuring masks</source>
      <translation>Masken werden gemessen</translation>
    </message>
    <message>
      <source>Comparing both models</source>
      <translation>Beide Modelle werden verglichen</translation>
    </message>
    <message>
      <source>Learning</source>
      <translation>Es lernt</translation>
    </message>
    <message>
      <source>Exporting the model</source>
      <translation>Das Modell wird exportiert</translation>
    </message>
    <message>
      <source>adapting to this project</source>
      <translation>passt sich diesem Projekt an</translation>
    </message>
    <message>
      <source>Adapted to this project: on your last {objects} objects {after} instead of {before} clicks.</source>
      <translation>An dieses Projekt angepasst: bei Ihren letzten {objects} Objekten {after} statt {before} Klicks.</translation>
    </message>
    <message>
      <source>{name} answers in this project now.</source>
      <translation>{name} antwortet jetzt in diesem Projekt.</translation>
    </message>
    <message>
      <source>{name} is no longer used, but stays installed.</source>
      <translation>{name} wird nicht mehr verwendet, bleibt aber installiert.</translation>
    </message>
    <message>
      <source>Installing {name}</source>
      <translation>{name} wird installiert</translation>
    </message>
    <message>
      <source>No project is open.</source>
      <translation>Es ist kein Projekt geöffnet.</translation>
    </message>
    <message>
      <source>Make it the default instead.</source>
      <translation>Machen Sie es stattdessen zum Standard.</translation>
    </message>
    <message>
      <source>Exporting {name}</source>
      <translation>{name} wird exportiert</translation>
    </message>
    <message>
      <source>Keep one of what agrees</source>
      <translation>Eines von Übereinstimmenden behalten</translation>
    </message>
    <message>
      <source>Decided: both masks united.</source>
      <translation>Entschieden: beide Masken vereint.</translation>
    </message>
    <message>
      <source>Decided: both are kept.</source>
      <translation>Entschieden: beide bleiben.</translation>
    </message>
    <message>
      <source>{count} object on which people agree is kept once.</source>
      <translation>{count} Objekt, bei dem sich alle einig sind, bleibt einmal.</translation>
    </message>
    <message>
      <source>{count} objects on which people agree are kept once.</source>
      <translation>{count} Objekte, bei denen sich alle einig sind, bleiben je einmal.</translation>
    </message>
    <message>
      <source>Decided: as it was drawn.</source>
      <translation>Entschieden: wie gezeichnet.</translation>
    </message>
    <message>
      <source>Decided: {who}, {what}.</source>
      <translation>Entschieden: {who}, {what}.</translation>
    </message>
    <message>
      <source>Masks from boxes</source>
      <translation>Masken aus Rahmen</translation>
    </message>
    <message>
      <source>Carry on</source>
      <translation>Weiterführen</translation>
    </message>
    <message>
      <source>This is the last image.</source>
      <translation>Das ist das letzte Bild.</translation>
    </message>
    <message>
      <source>The image before has no objects to carry over.</source>
      <translation>Das Bild davor hat keine Objekte zum Weiterführen.</translation>
    </message>
    <message>
      <source>Nothing was carried over: the image has proposals already.</source>
      <translation>Nichts wurde weitergeführt: Das Bild hat schon Vorschläge.</translation>
    </message>
    <message>
      <source>Carry through</source>
      <translation>Weiterführen</translation>
    </message>
    <message>
      <source>The {count} open boxes become “{name}”.</source>
      <translation>Die {count} offenen Rahmen werden „{name}“.</translation>
    </message>
    <message>
      <source>{count} class of the list is new.</source>
      <translation>{count} Klasse der Liste ist neu.</translation>
    </message>
    <message>
      <source>{count} classes of the list are new.</source>
      <translation>{count} Klassen der Liste sind neu.</translation>
    </message>
    <message>
      <source>{count} class is saved as a list.</source>
      <translation>{count} Klasse ist als Liste gespeichert.</translation>
    </message>
    <message>
      <source>{count} classes are saved as a list.</source>
      <translation>{count} Klassen sind als Liste gespeichert.</translation>
    </message>
    <message>
      <source>object</source>
      <translation>Objekt</translation>
    </message>
    <message>
      <source>Order classes</source>
      <translation>Klassen ordnen</translation>
    </message>
    <message>
      <source>All classes of the list are in the project already.</source>
      <translation>Alle Klassen der Liste sind schon im Projekt.</translation>
    </message>
    <message>
      <source>Load classes</source>
      <translation>Klassen laden</translation>
    </message>
    <message>
      <source>Delete class</source>
      <translation>Klasse löschen</translation>
    </message>
    <message>
      <source>The second model is still looking: Enter takes its mask once it is there.</source>
      <translation>Das zweite Modell schaut noch: Enter nimmt seine Maske, sobald sie da ist.</translation>
    </message>
    <message>
      <source>Add a folder of pictures like yours; they need no labels.</source>
      <translation>Fügen Sie einen Ordner mit ähnlichen Bildern hinzu; sie brauchen keine Annotationen.</translation>
    </message>
    <message>
      <source>Remove it from the list, or bring it back.</source>
      <translation>Nehmen Sie es aus der Liste, oder stellen Sie es wieder her.</translation>
    </message>
    <message>
      <source>It may be stopped by the system. Let more channels go, or take a smaller model.</source>
      <translation>Das System kann ihn beenden. Mehr Kanäle entfernen oder ein kleineres Modell nehmen.</translation>
    </message>
    <message>
      <source>Let more channels go, or take a smaller batch or model.</source>
      <translation>Mehr Kanäle entfernen, kleinere Stapel oder ein kleineres Modell nehmen.</translation>
    </message>
    <message>
      <source>The disk has {free} left; the run needs about {needed}.</source>
      <translation>Auf der Platte sind noch {free} frei; der Lauf braucht etwa {needed}.</translation>
    </message>
    <message>
      <source>Free some space.</source>
      <translation>Schaffen Sie Platz.</translation>
    </message>
    <message>
      <source>No model is chosen.</source>
      <translation>Es ist kein Modell gewählt.</translation>
    </message>
    <message>
      <source>Choose one, or import one first.</source>
      <translation>Wählen Sie eines, oder importieren Sie zuerst eines.</translation>
    </message>
    <message>
      <source>Choose another model.</source>
      <translation>Wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
      <source>There are no pictures yet.</source>
      <translation>Es sind noch keine Bilder da.</translation>
    </message>
    <message>
      <source>Adapting needs labels on {needed} pictures at least; there are {count}.</source>
      <translation>Zum Anpassen braucht es Annotationen auf mindestens {needed} Bildern; es sind {count}.</translation>
    </message>
    <message>
      <source>Label more pictures, or leave adapting out.</source>
      <translation>Annotieren Sie mehr Bilder, oder lassen Sie das Anpassen weg.</translation>
    </message>
    <message>
      <source>{count} labelled objects are few to adapt to: the gain may be chance.</source>
      <translation>{count} annotierte Objekte sind wenig zum Anpassen: Der Gewinn kann Zufall sein.</translation>
    </message>
    <message>
      <source>The verdict will tell; more labels help.</source>
      <translation>Das Urteil wird es zeigen; mehr Annotationen helfen.</translation>
    </message>
    <message>
      <source>There are too few pictures: {count}.</source>
      <translation>Es sind zu wenige Bilder: {count}.</translation>
    </message>
    <message>
      <source>The run needs about {needed} of memory; this machine has {memory}.</source>
      <translation>Der Lauf braucht etwa {needed} Arbeitsspeicher; dieser Rechner hat {memory}.</translation>
    </message>
    <message>
      <source>The run needs about {needed} of memory; the GPU has {memory}.</source>
      <translation>Der Lauf braucht etwa {needed} Speicher; die GPU hat {memory}.</translation>
    </message>
    <message>
      <source>{count} pictures are few: expect a worse model.</source>
      <translation>{count} Bilder sind wenig: Erwarten Sie ein schlechteres Modell.</translation>
    </message>
    <message>
      <source>Adapting the model to your labels</source>
      <translation>Das Modell wird an Ihre Annotationen angepasst</translation>
    </message>
    <message>
      <source>Compressing</source>
      <translation>Verkleinern</translation>
    </message>
    <message>
      <source>ranking channels</source>
      <translation>Kanäle werden bewertet</translation>
    </message>
    <message>
      <source>learning from the teacher</source>
      <translation>lernt vom Lehrer</translation>
    </message>
    <message>
      <source>Measuring both models</source>
      <translation>Beide Modelle werden gemessen</translation>
    </message>
    <message>
      <source>Asking the model you started from about your labels</source>
      <translation>Das bisherige Modell wird nach Ihren Annotationen gefragt</translation>
    </message>
    <message>
      <source>Asking the smaller model about your labels</source>
      <translation>Das kleinere Modell wird nach Ihren Annotationen gefragt</translation>
    </message>
    <message>
      <source>Comparing both on pictures without labels</source>
      <translation>Beide werden auf Bildern ohne Annotationen verglichen</translation>
    </message>
    <message>
      <source>its model {teacher}, which is not installed</source>
      <translation>sein Modell {teacher}, das nicht installiert ist</translation>
    </message>
    <message>
      <source>its pictures, in place of which yours are used</source>
      <translation>seine Bilder, statt derer Ihre genommen werden</translation>
    </message>
    <message>
      <source>the masks that judged it, which are gone</source>
      <translation>die Masken, die ihn beurteilten und nicht mehr da sind</translation>
    </message>
    <message>
      <source>its device, which is not here</source>
      <translation>sein Gerät, das es hier nicht gibt</translation>
    </message>
    <message>
      <source>waiting</source>
      <translation>wartet</translation>
    </message>
    <message>
      <source>interrupted</source>
      <translation>unterbrochen</translation>
    </message>
    <message>
      <source>cancelled</source>
      <translation>abgebrochen</translation>
    </message>
    <message>
      <source>failed</source>
      <translation>gescheitert</translation>
    </message>
    <message>
      <source>finished</source>
      <translation>fertig</translation>
    </message>
    <message>
      <source>Went on from the last checkpoint.</source>
      <translation>Ging vom letzten Sicherungspunkt weiter.</translation>
    </message>
    <message>
      <source>On the processor, as you chose.</source>
      <translation>Auf dem Prozessor, wie Sie es gewählt haben.</translation>
    </message>
    <message>
      <source>Starting …</source>
      <translation>Beginnt …</translation>
    </message>
    <message>
      <source>Paused</source>
      <translation>Angehalten</translation>
    </message>
    <message>
      <source>{count} MACs</source>
      <translation>{count} MACs</translation>
    </message>
    <message>
      <source>{count} parameters</source>
      <translation>{count} Parameter</translation>
    </message>
    <message>
      <source>The encoder misses its budget of {budget}: it needs {needed}, {off}.</source>
      <translation>Der Encoder verfehlt sein Budget von {budget}: Er braucht {needed}, {off}.</translation>
    </message>
    <message>
      <source>The budget of the encoder is {budget}; it needs {needed}, {off}.</source>
      <translation>Das Budget des Encoders ist {budget}; er braucht {needed}, {off}.</translation>
    </message>
    <message>
      <source>{share} of the residual channels and {other} of the others go</source>
      <translation>{share} der Residualkanäle und {other} der übrigen fallen weg</translation>
    </message>
    <message>
      <source>All settings of {name} hold.</source>
      <translation>Alle Einstellungen von {name} gelten.</translation>
    </message>
    <message>
      <source>On the GPU: {name}</source>
      <translation>Auf der GPU: {name}</translation>
    </message>
    <message>
      <source>Memory ran out: from now on {count} pictures at once; the result stays the same.</source>
      <translation>Der Speicher ging aus: Von jetzt an {count} Bilder auf einmal; das Ergebnis bleibt gleich.</translation>
    </message>
    <message>
      <source>Pictures that cannot be read: {count}. The last one: {text}</source>
      <translation>Bilder, die sich nicht lesen lassen: {count}. Das letzte: {text}</translation>
    </message>
    <message>
      <source>at most {amount}</source>
      <translation>höchstens {amount}</translation>
    </message>
    <message>
      <source>{share} of the channels go</source>
      <translation>{share} der Kanäle fallen weg</translation>
    </message>
    <message>
      <source>{time} in PyTorch</source>
      <translation>{time} in PyTorch</translation>
    </message>
    <message>
      <source>All settings of {name} hold, also: {parts}.</source>
      <translation>Alle Einstellungen von {name} gelten, auch: {parts}.</translation>
    </message>
    <message>
      <source>Stage {number} of {count}</source>
      <translation>Stufe {number} von {count}</translation>
    </message>
    <message>
      <source>pictures of {size}</source>
      <translation>Bilder mit {size}</translation>
    </message>
    <message>
      <source>{count} rounds of both stages</source>
      <translation>{count} Runden beider Stufen</translation>
    </message>
    <message>
      <source>{first} and {second} epochs of the stages</source>
      <translation>{first} und {second} Epochen der Stufen</translation>
    </message>
    <message>
      <source>{count} epochs of prompts</source>
      <translation>{count} Epochen mit Prompts</translation>
    </message>
    <message>
      <source>{count} epochs of the decoder</source>
      <translation>{count} Epochen des Decoders</translation>
    </message>
    <message>
      <source>judged by {name}</source>
      <translation>beurteilt an {name}</translation>
    </message>
    <message>
      <source>Not taken: {parts}.</source>
      <translation>Nicht übernommen: {parts}.</translation>
    </message>
    <message>
      <source>Objects that were not pasted, as their class was deleted: {count}.</source>
      <translation>Objekte, die nicht eingefügt wurden, weil ihre Klasse gelöscht wurde: {count}.</translation>
    </message>
    <message>
      <source>Objects that were not pasted, as this project has no class of their name: {count}.</source>
      <translation>Objekte, die nicht eingefügt wurden, da dieses Projekt keine Klasse ihres Namens hat: {count}.</translation>
    </message>
    <message>
      <source>Add the class first: {names}.</source>
      <translation>Zuerst die Klasse anlegen: {names}.</translation>
    </message>
    <message>
      <source>Opening the detector</source>
      <translation>Der Detektor wird geöffnet</translation>
    </message>
    <message>
      <source>Detector {name}</source>
      <translation>Detektor {name}</translation>
    </message>
    <message>
      <source>Checking {name} …</source>
      <translation>{name} wird geprüft …</translation>
    </message>
    <message>
      <source>What is open on the picture could not be saved yet: {reason}</source>
      <translation>Was auf dem Bild offen ist, konnte noch nicht gespeichert werden: {reason}</translation>
    </message>
    <message>
      <source>{count} proposal was accepted.</source>
      <translation>{count} Vorschlag wurde übernommen.</translation>
    </message>
    <message>
      <source>{count} proposals were accepted.</source>
      <translation>{count} Vorschläge wurden übernommen.</translation>
    </message>
    <message>
      <source>Proposals that were not accepted, as their class was deleted: {count}.</source>
      <translation>Vorschläge, die nicht übernommen wurden, weil ihre Klasse gelöscht wurde: {count}.</translation>
    </message>
    <message>
      <source>Reject them, or bring the class back with Edit &gt; Undo.</source>
      <translation>Lehnen Sie sie ab, oder holen Sie die Klasse mit Bearbeiten &gt; Rückgängig zurück.</translation>
    </message>
    <message>
      <source>All proposals were accepted: {count}.</source>
      <translation>Alle Vorschläge wurden übernommen: {count}.</translation>
    </message>
    <message>
      <source>preparing a faster engine</source>
      <translation>schnellere Laufzeit wird vorbereitet</translation>
    </message>
    <message>
      <source>Frames of {name}</source>
      <translation>Einzelbilder von {name}</translation>
    </message>
    <message>
      <source>It may be cut off.</source>
      <translation>Er ist vielleicht abgeschnitten.</translation>
    </message>
    <message>
      <source>Only the first {count} pictures were taken.</source>
      <translation>Nur die ersten {count} Bilder wurden genommen.</translation>
    </message>
    <message>
      <source>The film ended after {passed} of {frames} frames.</source>
      <translation>Der Film endete nach {passed} von {frames} Einzelbildern.</translation>
    </message>
    <message>
      <source>Next image to label</source>
      <translation>Nächstes zu annotierendes Bild</translation>
    </message>
    <message>
      <source>Edit outline</source>
      <translation>Umriss bearbeiten</translation>
    </message>
    <message>
      <source>Move</source>
      <translation>Verschieben</translation>
    </message>
    <message>
      <source>Simplify outline</source>
      <translation>Umriss vereinfachen</translation>
    </message>
    <message>
      <source>Paint</source>
      <translation>Malen</translation>
    </message>
    <message>
      <source>Erase</source>
      <translation>Radieren</translation>
    </message>
    <message>
      <source>The painted object is finished: select it to paint on it.</source>
      <translation>Das gemalte Objekt ist abgeschlossen: Zum Weitermalen wählen.</translation>
    </message>
    <message>
      <source>{label}: nothing would be left, so the objects stay as they are.</source>
      <translation>{label}: Es bliebe nichts übrig; die Objekte bleiben, wie sie sind.</translation>
    </message>
    <message>
      <source>{label}: there is nothing to change.</source>
      <translation>{label}: Es gibt nichts zu ändern.</translation>
    </message>
    <message>
      <source>Nothing was left of object #{id}: it is removed.</source>
      <translation>Von Objekt #{id} blieb nichts übrig: Es ist entfernt.</translation>
    </message>
    <message>
      <source>A locked object is not changed.</source>
      <translation>Ein gesperrtes Objekt wird nicht geändert.</translation>
    </message>
    <message>
      <source>{label}: #{id}, which was selected first, is the one that stays.</source>
      <translation>{label}: #{id} bleibt, das zuerst gewählte Objekt.</translation>
    </message>
    <message>
      <source>Unlock it first (L).</source>
      <translation>Zuerst entsperren (L).</translation>
    </message>
    <message>
      <source>GPU in use: {name}</source>
      <translation>Genutzte GPU: {name}</translation>
    </message>
    <message>
      <source>Measuring {name}</source>
      <translation>{name} wird gemessen</translation>
    </message>
    <message>
      <source>Adding PyTorch</source>
      <translation>PyTorch wird hinzugefügt</translation>
    </message>
    <message>
      <source>Removing PyTorch</source>
      <translation>PyTorch wird entfernt</translation>
    </message>
    <message>
      <source>Downloading {name}</source>
      <translation>{name} wird heruntergeladen</translation>
    </message>
    <message>
      <source>Importing {name}</source>
      <translation>{name} wird importiert</translation>
    </message>
    <message>
      <source>Deleting {name}</source>
      <translation>{name} wird gelöscht</translation>
    </message>
    <message>
      <source>The class of a new object was deleted: it got the class “{name}”.</source>
      <translation>Die Klasse eines neuen Objekts wurde gelöscht: Es hat die Klasse „{name}“ bekommen.</translation>
    </message>
    <message>
      <source>The mask is empty; nothing was added.</source>
      <translation>Die Maske ist leer; nichts wurde hinzugefügt.</translation>
    </message>
    <message>
      <source>Click inside the object.</source>
      <translation>In das Objekt klicken.</translation>
    </message>
    <message>
      <source>1 object is now “{name}”.</source>
      <translation>1 Objekt ist jetzt „{name}“.</translation>
    </message>
    <message>
      <source>{n} objects are now “{name}”.</source>
      <translation>{n} Objekte sind jetzt „{name}“.</translation>
    </message>
    <message>
      <source>{count} empty mask was skipped.</source>
      <translation>{count} leere Maske wurde ausgelassen.</translation>
    </message>
    <message>
      <source>{count} empty masks were skipped.</source>
      <translation>{count} leere Masken wurden ausgelassen.</translation>
    </message>
    <message>
      <source>Open pictures (JPEG, PNG, TIFF and others), a folder of them, or a project.</source>
      <translation>Öffnen Sie Bilder (JPEG, PNG, TIFF und andere), einen Ordner davon oder ein Projekt.</translation>
    </message>
    <message>
      <source>Pictures may be JPEG, PNG, TIFF, WebP, AVIF, HEIC and others, also in sub-folders.</source>
      <translation>Bilder können JPEG, PNG, TIFF, WebP, AVIF, HEIC und andere sein, auch in Unterordnern.</translation>
    </message>
    <message>
      <source>It may have been moved or deleted.</source>
      <translation>Vielleicht wurde es verschoben oder gelöscht.</translation>
    </message>
    <message>
      <source>Check the permissions of your data folder.</source>
      <translation>Prüfen Sie die Rechte Ihres Datenordners.</translation>
    </message>
    <message>
      <source>{path} is not a picture.</source>
      <translation>{path} ist kein Bild.</translation>
    </message>
    <message>
      <source>There are no pictures in {folder}.</source>
      <translation>In {folder} sind keine Bilder.</translation>
    </message>
    <message>
      <source>{path} does not exist.</source>
      <translation>{path} gibt es nicht.</translation>
    </message>
    <message>
      <source>{folder} cannot be made: {reason}.</source>
      <translation>{folder} kann nicht angelegt werden: {reason}.</translation>
    </message>
    <message>
      <source>{name} (converting to this version: {done} of {total})</source>
      <translation>{name} (wird in diese Version umgewandelt: {done} von {total})</translation>
    </message>
    <message>
      <source>{folder} cannot be written: its labels are kept in your data folder.</source>
      <translation>{folder} ist schreibgeschützt: Die Annotationen liegen in Ihrem Datenordner.</translation>
    </message>
    <message>
      <source>This project can be looked at but not changed.</source>
      <translation>Dieses Projekt kann angesehen, aber nicht geändert werden.</translation>
    </message>
    <message>
      <source>They were not looked into. Agree only if you know them.</source>
      <translation>Sie wurden nicht angesehen. Stimmen Sie nur zu, wenn Sie sie kennen.</translation>
    </message>
    <message>
      <source>Work on my own part and merge later</source>
      <translation>An meinem Teil arbeiten, später zusammenführen</translation>
    </message>
    <message>
      <source>Look there</source>
      <translation>Dort nachsehen</translation>
    </message>
    <message>
      <source>This project comes from another place and names folders outside its own:</source>
      <translation>Dieses Projekt kommt von einem anderen Ort und nennt Ordner außerhalb seines eigenen:</translation>
    </message>
    <message>
      <source>You need not wait for it.</source>
      <translation>Sie müssen nicht darauf warten.</translation>
    </message>
    <message>
      <source>and {count} more</source>
      <translation>und {count} weitere</translation>
    </message>
    <message>
      <source>{count} object is there and not here. Taking it over can be undone.</source>
      <translation>{count} Objekt ist dort und nicht hier. Das Übernehmen lässt sich rückgängig machen.</translation>
    </message>
    <message>
      <source>{count} objects are there and not here. Taking them over can be undone.</source>
      <translation>{count} Objekte sind dort und nicht hier. Das Übernehmen lässt sich rückgängig machen.</translation>
    </message>
    <message>
      <source>Take the labels over</source>
      <translation>Annotationen übernehmen</translation>
    </message>
    <message>
      <source>Folders inside this one have projects of their own: {names}.</source>
      <translation>Ordner darin haben eigene Projekte: {names}.</translation>
    </message>
    <message>
      <source>{name} is open on another computer.</source>
      <translation>{name} ist auf einem anderen Rechner offen.</translation>
    </message>
    <message>
      <source>{count} lies over an object and is left.</source>
      <translation>{count} liegt über einem Objekt und bleibt.</translation>
    </message>
    <message>
      <source>{count} lies over a better one of its class and is left.</source>
      <translation>{count} liegt über einem besseren seiner Klasse und bleibt.</translation>
    </message>
    <message>
      <source>{count} lie over better ones of their class and are left.</source>
      <translation>{count} liegen über besseren ihrer Klasse und bleiben.</translation>
    </message>
    <message>
      <source>{count} lie over objects and are left.</source>
      <translation>{count} liegen über Objekten und bleiben.</translation>
    </message>
    <message>
      <source>Making your part</source>
      <translation>Ihr Teil wird gemacht</translation>
    </message>
    <message>
      <source>Splitting the project</source>
      <translation>Projekt wird aufgeteilt</translation>
    </message>
    <message>
      <source>Merging</source>
      <translation>Zusammenführen</translation>
    </message>
    <message>
      <source>Comparing people</source>
      <translation>Personen werden verglichen</translation>
    </message>
    <message>
      <source>Writing the page</source>
      <translation>Seite wird geschrieben</translation>
    </message>
    <message>
      <source>me</source>
      <translation>ich</translation>
    </message>
    <message>
      <source>Preparing images</source>
      <translation>Bilder vorbereiten</translation>
    </message>
    <message>
      <source>Nothing can be prepared: no space is set aside for it.</source>
      <translation>Nichts kann vorbereitet werden: Es ist kein Platz dafür vorgesehen.</translation>
    </message>
    <message>
      <source>Settings (F2) have the space for prepared images.</source>
      <translation>In den Einstellungen (F2) steht der Platz für vorbereitete Bilder.</translation>
    </message>
    <message>
      <source>Nothing is open: click on an object first. A right click takes away from it.</source>
      <translation>Nichts ist offen: zuerst auf ein Objekt klicken. Ein Rechtsklick nimmt etwas davon weg.</translation>
    </message>
    <message>
      <source>Press E first: then clicks refine the selected object.</source>
      <translation>Zuerst E drücken: dann verfeinern Klicks das gewählte Objekt.</translation>
    </message>
    <message>
      <source>This began a new object. The mask that had opened again waits.</source>
      <translation>Das begann ein neues Objekt. Die Maske, die wieder offen war, wartet.</translation>
    </message>
    <message>
      <source>Decide a difference</source>
      <translation>Unterschied entscheiden</translation>
    </message>
    <message>
      <source>deleted</source>
      <translation>gelöscht</translation>
    </message>
    <message>
      <source>here</source>
      <translation>hier</translation>
    </message>
    <message>
      <source>no object</source>
      <translation>kein Objekt</translation>
    </message>
    <message>
      <source>elsewhere</source>
      <translation>anderswo</translation>
    </message>
    <message>
      <source>The queue is through: {right} right, {wrong} wrong.</source>
      <translation>Die Durchsicht ist fertig: {right} richtig, {wrong} falsch.</translation>
    </message>
    <message>
      <source>No object is doubtful.</source>
      <translation>Kein Objekt ist zweifelhaft.</translation>
    </message>
    <message>
      <source>There is no object to be checked yet.</source>
      <translation>Noch gibt es kein Objekt zu prüfen.</translation>
    </message>
    <message>
      <source>The entry before is settled: this is the next one.</source>
      <translation>Der Eintrag davor ist erledigt: das ist der nächste.</translation>
    </message>
    <message>
      <source>Found right</source>
      <translation>Für richtig befunden</translation>
    </message>
    <message>
      <source>Object #{id} was found right.</source>
      <translation>Objekt #{id} wurde für richtig befunden.</translation>
    </message>
    <message>
      <source>{name} needs work.</source>
      <translation>{name} muss nachgearbeitet werden.</translation>
    </message>
    <message>
      <source>Approve</source>
      <translation>Freigeben</translation>
    </message>
    <message>
      <source>Mark as fixed</source>
      <translation>Als behoben melden</translation>
    </message>
    <message>
      <source>{count} image is approved.</source>
      <translation>{count} Bild ist freigegeben.</translation>
    </message>
    <message>
      <source>{count} images are approved.</source>
      <translation>{count} Bilder sind freigegeben.</translation>
    </message>
    <message>
      <source>{count} image waits for a second look.</source>
      <translation>{count} Bild wartet auf einen zweiten Blick.</translation>
    </message>
    <message>
      <source>{count} images wait for a second look.</source>
      <translation>{count} Bilder warten auf einen zweiten Blick.</translation>
    </message>
    <message>
      <source>{name} goes back with the note.</source>
      <translation>{name} geht mit dem Hinweis zurück.</translation>
    </message>
    <message>
      <source>Undone in {name}: {label}</source>
      <translation>Rückgängig in {name}: {label}</translation>
    </message>
    <message>
      <source>Redone in {name}: {label}</source>
      <translation>Wiederholt in {name}: {label}</translation>
    </message>
    <message>
      <source>Undone in {count} images: {label}</source>
      <translation>Rückgängig in {count} Bildern: {label}</translation>
    </message>
    <message>
      <source>Redone in {count} images: {label}</source>
      <translation>Wiederholt in {count} Bildern: {label}</translation>
    </message>
    <message>
      <source>Undone: {label}</source>
      <translation>Rückgängig: {label}</translation>
    </message>
    <message>
      <source>Redone: {label}</source>
      <translation>Wiederholt: {label}</translation>
    </message>
    <message>
      <source>One thing</source>
      <translation>Ein Ding</translation>
    </message>
    <message>
      <source>Another thing</source>
      <translation>Ein anderes Ding</translation>
    </message>
    <message>
      <source>Objects that are of track {track} now: {count}.</source>
      <translation>Objekte, die jetzt zum Track {track} gehören: {count}.</translation>
    </message>
    <message>
      <source>They are one thing already.</source>
      <translation>Sie sind schon ein Ding.</translation>
    </message>
    <message>
      <source>The object that was copied is not in this project any more.</source>
      <translation>Das kopierte Objekt ist nicht mehr in diesem Projekt.</translation>
    </message>
    <message>
      <source>Both are in {name}: they are two things.</source>
      <translation>Beide sind in {name}: Es sind zwei Dinge.</translation>
    </message>
    <message>
      <source>Exporting</source>
      <translation>Export läuft</translation>
    </message>
    <message>
      <source>Importing</source>
      <translation>Import läuft</translation>
    </message>
    <message>
      <source>Something else was done since then.</source>
      <translation>Seitdem wurde etwas anderes getan.</translation>
    </message>
    <message>
      <source>Ctrl+Z takes back one step after another.</source>
      <translation>Strg+Z nimmt einen Schritt nach dem anderen zurück.</translation>
    </message>
    <message>
      <source>What lies there now is kept too.</source>
      <translation>Was jetzt dort liegt, wird auch aufbewahrt.</translation>
    </message>
    <message>
      <source>Taken back before it was stored: it is open again.</source>
      <translation>Zurückgenommen, bevor es gespeichert war: Es ist wieder offen.</translation>
    </message>
    <message>
      <source>Go back</source>
      <translation>Zurückkehren</translation>
    </message>
    <message>
      <source>Everything is saved.</source>
      <translation>Alles ist gespeichert.</translation>
    </message>
    <message>
      <source>A state of {name} was kept on {time}: {objects} objects.</source>
      <translation>Ein Stand von {name} wurde am {time} aufbewahrt: {objects} Objekte.</translation>
    </message>
    <message>
      <source>They are written as soon as that is possible; until then keep the program open.</source>
      <translation>Sie werden geschrieben, sobald das möglich ist; bis dahin das Programm offen lassen.</translation>
    </message>
    <message>
      <source>{job} was stopped, as its project was closed.</source>
      <translation>„{job}“ wurde angehalten, da sein Projekt geschlossen wurde.</translation>
    </message>
    <message>
      <source>Begin it again once the project is open.</source>
      <translation>Beginnen Sie es noch einmal, wenn das Projekt offen ist.</translation>
    </message>
    <message>
      <source>The project is as it was at {time}.</source>
      <translation>Das Projekt ist wieder, wie es am {time} war.</translation>
    </message>
    <message>
      <source>What it was before is kept: {path}</source>
      <translation>Was es vorher war, ist aufbewahrt: {path}</translation>
    </message>
    <message>
      <source>Changes that are not saved yet: {count}.</source>
      <translation>Noch nicht gespeicherte Änderungen: {count}.</translation>
    </message>
    <message>
      <source>Appearance</source>
      <translation>Darstellung</translation>
    </message>
    <message>
      <source>Labelling</source>
      <translation>Annotieren</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modell</translation>
    </message>
    <message>
      <source>Colours</source>
      <translation>Farben</translation>
    </message>
    <message>
      <source>Language</source>
      <translation>Sprache</translation>
    </message>
    <message>
      <source>Used from the next start on.</source>
      <translation>Gilt ab dem nächsten Start.</translation>
    </message>
    <message>
      <source>Thumbnail size</source>
      <translation>Größe der Vorschaubilder</translation>
    </message>
    <message>
      <source>Words under the tools</source>
      <translation>Wörter unter den Werkzeugen</translation>
    </message>
    <message>
      <source>Keyboard</source>
      <translation>Tastatur</translation>
    </message>
    <message>
      <source>The keys that your hands know already.</source>
      <translation>Die Tasten, die Ihre Hände schon kennen.</translation>
    </message>
    <message>
      <source>Single keys</source>
      <translation>Einzelne Tasten</translation>
    </message>
    <message>
      <source>Your own keys, on top of the preset.</source>
      <translation>Eigene Tasten, zusätzlich zur Vorgabe.</translation>
    </message>
    <message>
      <source>The wheel zooms without Ctrl</source>
      <translation>Das Rad vergrößert ohne Strg</translation>
    </message>
    <message>
      <source>Off: the wheel scrolls, Ctrl + wheel zooms.</source>
      <translation>Aus: Das Rad rollt, Strg + Rad vergrößert.</translation>
    </message>
    <message>
      <source>Keep zoom and position between images</source>
      <translation>Vergrößerung und Ort beim Bildwechsel behalten</translation>
    </message>
    <message>
      <source>Colours of objects</source>
      <translation>Farben der Objekte</translation>
    </message>
    <message>
      <source>Write the class on each object</source>
      <translation>Klasse auf jedes Objekt schreiben</translation>
    </message>
    <message>
      <source>Where names would overlap, the larger object keeps its name.</source>
      <translation>Wo Namen sich überdecken würden, behält das größere Objekt seinen.</translation>
    </message>
    <message>
      <source>The brush keeps its size on the screen</source>
      <translation>Der Pinsel behält seine Größe auf dem Bildschirm</translation>
    </message>
    <message>
      <source>Off: it keeps its size in the image at every zoom.</source>
      <translation>Aus: er behält bei jeder Vergrößerung seine Größe im Bild.</translation>
    </message>
    <message>
      <source>Mask opacity</source>
      <translation>Deckkraft der Masken</translation>
    </message>
    <message>
      <source>Outline width</source>
      <translation>Breite der Umrisse</translation>
    </message>
    <message>
      <source>Memory for pictures around the current one</source>
      <translation>Speicher für Bilder rund um das aktuelle</translation>
    </message>
    <message>
      <source>0: as much as suits the memory of this machine.</source>
      <translation>0: so viel, wie zum Speicher dieses Rechners passt.</translation>
    </message>
    <message>
      <source>Show a preview under the pointer</source>
      <translation>Vorschau unter dem Zeiger zeigen</translation>
    </message>
    <message>
      <source>Your name as annotator</source>
      <translation>Ihr Name als Annotierender</translation>
    </message>
    <message>
      <source>Stands in the history and with each object. A project may have another name of its own.</source>
      <translation>Steht im Verlauf und bei jedem Objekt. Ein Projekt kann einen eigenen Namen haben.</translation>
    </message>
    <message>
      <source>Mark an image as in progress with its first object</source>
      <translation>Ein Bild mit dem ersten Objekt als „in Arbeit“ markieren</translation>
    </message>
    <message>
      <source>Ask for the class of every new object</source>
      <translation>Bei jedem neuen Objekt nach der Klasse fragen</translation>
    </message>
    <message>
      <source>Off: new objects get the class chosen in the class list.</source>
      <translation>Aus: Neue Objekte bekommen die in der Klassenliste gewählte Klasse.</translation>
    </message>
    <message>
      <source>Suggest the class of a new mask</source>
      <translation>Die Klasse einer neuen Maske vorschlagen</translation>
    </message>
    <message>
      <source>Learnt from the objects of the project; shown below the mask before Enter takes it.</source>
      <translation>Gelernt aus den Objekten des Projekts; unter der Maske zu sehen, bevor Enter sie nimmt.</translation>
    </message>
    <message>
      <source>Device</source>
      <translation>Gerät</translation>
    </message>
    <message>
      <source>Runtime</source>
      <translation>Laufzeit</translation>
    </message>
    <message>
      <source>Adapt the model to the project in spare time</source>
      <translation>Das Modell nebenbei an das Projekt anpassen</translation>
    </message>
    <message>
      <source>From 20 accepted objects on it learns from them beside your work, for some minutes on one processor, and is offered only where it needs fewer clicks on objects that were held back.</source>
      <translation>Ab 20 angenommenen Objekten lernt es neben Ihrer Arbeit daraus, einige Minuten auf einem Prozessor, und wird nur angeboten, wenn es bei zurückgehaltenen Objekten weniger Klicks braucht.</translation>
    </message>
    <message>
      <source>Disk space for encoded images</source>
      <translation>Plattenplatz für kodierte Bilder</translation>
    </message>
    <message>
      <source>Daily states of a project to keep</source>
      <translation>Tägliche Stände eines Projekts, die aufbewahrt werden</translation>
    </message>
    <message>
      <source>0: none. They take up to 5 GB in your data folder.</source>
      <translation>0: keine. Sie belegen bis zu 5 GB in Ihrem Datenordner.</translation>
    </message>
    <message>
      <source>Like the system</source>
      <translation>Wie das System</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>Hell</translation>
    </message>
    <message>
      <source>Dark</source>
      <translation>Dunkel</translation>
    </message>
    <message>
      <source>One for each class</source>
      <translation>Eine je Klasse</translation>
    </message>
    <message>
      <source>One for each object</source>
      <translation>Eine je Objekt</translation>
    </message>
    <message>
      <source>Automatic</source>
      <translation>Automatisch</translation>
    </message>
    <message>
      <source>Use it</source>
      <translation>Verwenden</translation>
    </message>
    <message>
      <source>There are no proposals: Segment everything makes them.</source>
      <translation>Es gibt keine Vorschläge: „Alles segmentieren“ macht welche.</translation>
    </message>
    <message>
      <source>There is no class yet.</source>
      <translation>Es gibt noch keine Klasse.</translation>
    </message>
    <message>
      <source>The image is marked so already.</source>
      <translation>Das Bild ist schon so markiert.</translation>
    </message>
    <message>
      <source>All that are shown lie over objects: choose one and press Enter to take it all the same.</source>
      <translation>Alle gezeigten liegen über Objekten: einen wählen und Enter drücken nimmt ihn trotzdem.</translation>
    </message>
    <message>
      <source>A locked object is selected: unlock it first (L).</source>
      <translation>Ein gesperrtes Objekt ist gewählt: zuerst entsperren (L).</translation>
    </message>
    <message>
      <source>Select two objects or more: Shift+click adds one.</source>
      <translation>Zwei oder mehr Objekte wählen: Umschalt+Klick nimmt eines hinzu.</translation>
    </message>
    <message>
      <source>Compare with another model first.</source>
      <translation>Zuerst mit einem anderen Modell vergleichen.</translation>
    </message>
    <message>
      <source>This is the first image.</source>
      <translation>Das ist das erste Bild.</translation>
    </message>
    <message>
      <source>There are objects in this image.</source>
      <translation>In diesem Bild sind Objekte.</translation>
    </message>
    <message>
      <source>Choose the brush or the eraser first.</source>
      <translation>Zuerst den Pinsel oder den Radierer wählen.</translation>
    </message>
    <message>
      <source>Nothing is open.</source>
      <translation>Nichts ist offen.</translation>
    </message>
    <message>
      <source>No proposal is shown.</source>
      <translation>Es wird kein Vorschlag gezeigt.</translation>
    </message>
    <message>
      <source>Open the review queue first.</source>
      <translation>Zuerst die Durchsicht öffnen.</translation>
    </message>
    <message>
      <source>No selected object is in a group.</source>
      <translation>Kein gewähltes Objekt gehört zu einer Gruppe.</translation>
    </message>
    <message>
      <source>Copy one object of the thing in another image first (Ctrl+C).</source>
      <translation>Zuerst ein Objekt des Dings in einem anderen Bild kopieren (Strg+C).</translation>
    </message>
    <message>
      <source>The object has no track: it is a thing of its own.</source>
      <translation>Das Objekt hat keinen Track: Es ist ein eigenes Ding.</translation>
    </message>
    <message>
      <source>All objects are selected: there is none to be in front of or behind.</source>
      <translation>Alle Objekte sind gewählt: Es gibt keines, vor oder hinter dem sie liegen könnten.</translation>
    </message>
    <message>
      <source>Select one object alone.</source>
      <translation>Ein einziges Objekt wählen.</translation>
    </message>
    <message>
      <source>This image has no objects.</source>
      <translation>Dieses Bild hat keine Objekte.</translation>
    </message>
    <message>
      <source>Copy an object first.</source>
      <translation>Zuerst ein Objekt kopieren.</translation>
    </message>
    <message>
      <source>There is nothing to undo.</source>
      <translation>Es gibt nichts rückgängig zu machen.</translation>
    </message>
    <message>
      <source>There is nothing to redo.</source>
      <translation>Es gibt nichts zu wiederholen.</translation>
    </message>
    <message>
      <source>This project can be changed here.</source>
      <translation>Dieses Projekt lässt sich hier ändern.</translation>
    </message>
    <message>
      <source>Nothing of the folder was left out.</source>
      <translation>Aus dem Ordner wurde nichts ausgelassen.</translation>
    </message>
    <message>
      <source>The image was not sent back.</source>
      <translation>Das Bild wurde nicht zurückgegeben.</translation>
    </message>
    <message>
      <source>Nothing was rejected in this image.</source>
      <translation>In diesem Bild wurde nichts abgelehnt.</translation>
    </message>
    <message>
      <source>Choose a proposal first.</source>
      <translation>Zuerst einen Vorschlag wählen.</translation>
    </message>
    <message>
      <source>Choose two proposals or more.</source>
      <translation>Zwei oder mehr Vorschläge wählen.</translation>
    </message>
    <message>
      <source>Nothing is open. The proposals that are shown are accepted by {keys}.</source>
      <translation>Nichts ist offen. Die gezeigten Vorschläge übernimmt {keys}.</translation>
    </message>
    <message>
      <source>Nothing is open: click on an object first.</source>
      <translation>Nichts ist offen: zuerst auf ein Objekt klicken.</translation>
    </message>
    <message>
      <source>Open images</source>
      <translation>Bilder öffnen</translation>
    </message>
    <message>
      <source>Open a film</source>
      <translation>Film öffnen</translation>
    </message>
    <message>
      <source>Open folder</source>
      <translation>Ordner öffnen</translation>
    </message>
    <message>
      <source>Open project</source>
      <translation>Projekt öffnen</translation>
    </message>
    <message>
      <source>There is no unfinished image in this direction.</source>
      <translation>In dieser Richtung ist kein unfertiges Bild.</translation>
    </message>
    <message>
      <source>Say first what becomes of the open mask: Enter keeps it, Esc drops it.</source>
      <translation>Erst entscheiden, was aus der offenen Maske wird: Enter behält sie, Esc verwirft sie.</translation>
    </message>
    <message>
      <source>Something is open here: accept it (Enter) or drop it (Esc) first.</source>
      <translation>Hier ist etwas offen: zuerst übernehmen (Enter) oder verwerfen (Esc).</translation>
    </message>
    <message>
      <source>Nothing is open: there is no step to take back.</source>
      <translation>Nichts ist offen: Es gibt keinen Schritt zurückzunehmen.</translation>
    </message>
    <message>
      <source>Images</source>
      <translation>Bilder</translation>
    </message>
    <message>
      <source>Films</source>
      <translation>Filme</translation>
    </message>
    <message>
      <source>There is no object under the pointer.</source>
      <translation>Unter dem Zeiger ist kein Objekt.</translation>
    </message>
    <message>
      <source>No class has the key {key} yet.</source>
      <translation>Noch keine Klasse hat die Taste {key}.</translation>
    </message>
    <message>
      <source>Class of the new object</source>
      <translation>Klasse des neuen Objekts</translation>
    </message>
    <message>
      <source>Class of {count} new objects</source>
      <translation>Klasse von {count} neuen Objekten</translation>
    </message>
    <message>
      <source>Class of what is open</source>
      <translation>Klasse des offenen Objekts</translation>
    </message>
    <message>
      <source>Class of new objects</source>
      <translation>Klasse neuer Objekte</translation>
    </message>
    <message>
      <source>Class of the selected object</source>
      <translation>Klasse des gewählten Objekts</translation>
    </message>
    <message>
      <source>Class of {count} selected objects</source>
      <translation>Klasse von {count} gewählten Objekten</translation>
    </message>
    <message>
      <source>{what} in {name}</source>
      <translation>{what} in {name}</translation>
    </message>
    <message>
      <source>Loading the second model …</source>
      <translation>Zweites Modell wird geladen …</translation>
    </message>
    <message>
      <source>Click on something: both models answer.</source>
      <translation>Auf etwas klicken: Beide Modelle antworten.</translation>
    </message>
    <message>
      <source>encode from cache</source>
      <translation>Kodierung aus dem Speicher</translation>
    </message>
    <message>
      <source>Agreement: IoU {iou}</source>
      <translation>Übereinstimmung: IoU {iou}</translation>
    </message>
    <message>
      <source>encode {time}</source>
      <translation>kodiert in {time}</translation>
    </message>
    <message>
      <source>decode {time}</source>
      <translation>Maske in {time}</translation>
    </message>
    <message>
      <source>predicted IoU {iou}</source>
      <translation>vorhergesagte IoU {iou}</translation>
    </message>
    <message>
      <source>It goes on where it stopped. Model &gt; Compress model… shows all runs.</source>
      <translation>Er geht weiter, wo er aufgehört hat. Modell &gt; Modell verkleinern … zeigt alle Läufe.</translation>
    </message>
    <message>
      <source>For the project {name}: see what it gains and loses on your own labels.</source>
      <translation>Für das Projekt {name}: Sehen Sie, was es an Ihren eigenen Annotationen gewinnt und verliert.</translation>
    </message>
    <message>
      <source>See what it gains and loses on your own labels.</source>
      <translation>Sehen Sie, was es an Ihren eigenen Annotationen gewinnt und verliert.</translation>
    </message>
    <message>
      <source>A model was made smaller.</source>
      <translation>Ein Modell wurde verkleinert.</translation>
    </message>
    <message>
      <source>Go on</source>
      <translation>Fortsetzen</translation>
    </message>
    <message>
      <source>A compression run was interrupted: {name}</source>
      <translation>Ein Verkleinerungslauf wurde unterbrochen: {name}</translation>
    </message>
    <message>
      <source>Show the verdict</source>
      <translation>Urteil zeigen</translation>
    </message>
    <message>
      <source>Class</source>
      <translation>Klasse</translation>
    </message>
    <message>
      <source>Select its objects in this image</source>
      <translation>Ihre Objekte in diesem Bild wählen</translation>
    </message>
    <message>
      <source>It may have been moved, or its drive is not connected.</source>
      <translation>Vielleicht wurde er verschoben, oder sein Laufwerk ist nicht verbunden.</translation>
    </message>
    <message>
      <source>{n} images</source>
      <translation>{n} Bilder</translation>
    </message>
    <message>
      <source>Show in folder</source>
      <translation>Im Ordner zeigen</translation>
    </message>
    <message>
      <source>Rename</source>
      <translation>Umbenennen</translation>
    </message>
    <message>
      <source>Edit class…</source>
      <translation>Klasse bearbeiten …</translation>
    </message>
    <message>
      <source>Show only images with this class</source>
      <translation>Nur Bilder mit dieser Klasse zeigen</translation>
    </message>
    <message>
      <source>Delete class…</source>
      <translation>Klasse löschen …</translation>
    </message>
    <message>
      <source>The folder {folder} is not there.</source>
      <translation>Den Ordner {folder} gibt es nicht.</translation>
    </message>
    <message>
      <source>{count} obj.</source>
      <translation>{count} Obj.</translation>
    </message>
    <message>
      <source>no objects</source>
      <translation>keine Objekte</translation>
    </message>
    <message>
      <source>Labels images with Segment Anything models that were made small. Nothing leaves this machine: models are downloaded only when you ask for them. Apache License 2.0.</source>
      <translation>Annotiert Bilder mit verkleinerten Segment-Anything-Modellen. Nichts verlässt diesen Rechner: Modelle werden nur auf Ihren Wunsch geladen. Apache-Lizenz 2.0.</translation>
    </message>
    <message>
      <source>Made with</source>
      <translation>Gebaut mit</translation>
    </message>
    <message>
      <source>Licences</source>
      <translation>Lizenzen</translation>
    </message>
    <message>
      <source>Icons: Phosphor, MIT licence.</source>
      <translation>Symbole: Phosphor, MIT-Lizenz.</translation>
    </message>
    <message>
      <source>Package</source>
      <translation>Paket</translation>
    </message>
    <message>
      <source>Version</source>
      <translation>Version</translation>
    </message>
    <message>
      <source>Licence</source>
      <translation>Lizenz</translation>
    </message>
    <message>
      <source>A mask is the same object from IoU 0.5 on. Kappa and alpha: 1 = always, 0 = as by chance; an object that was not made counts as said “nothing”.</source>
      <translation>Eine Maske ist ab IoU 0,5 dasselbe Objekt. Kappa und Alpha: 1 = immer, 0 = wie durch Zufall; ein Objekt, das nicht gemacht wurde, zählt als „nichts“ gesagt.</translation>
    </message>
    <message>
      <source>People and classes</source>
      <translation>Personen und Klassen</translation>
    </message>
    <message>
      <source>Both</source>
      <translation>Beide</translation>
    </message>
    <message>
      <source>Missed</source>
      <translation>Fehlt</translation>
    </message>
    <message>
      <source>Extra</source>
      <translation>Zusätzlich</translation>
    </message>
    <message>
      <source>IoU</source>
      <translation>IoU</translation>
    </message>
    <message>
      <source>Precision</source>
      <translation>Precision</translation>
    </message>
    <message>
      <source>Recall</source>
      <translation>Recall</translation>
    </message>
    <message>
      <source>Kappa, or agreement of a class</source>
      <translation>Kappa, oder Übereinstimmung einer Klasse</translation>
    </message>
    <message>
      <source>Agreement</source>
      <translation>Übereinstimmung</translation>
    </message>
    <message>
      <source>Two by two, and by class</source>
      <translation>Paarweise, und nach Klasse</translation>
    </message>
    <message>
      <source>The gravest disagreements</source>
      <translation>Die gröbsten Unterschiede</translation>
    </message>
    <message>
      <source>The gravest disagreements: below what each made of the chosen one; a click shows its image.</source>
      <translation>Die gröbsten Unterschiede: darunter, was jede Person beim gewählten gesehen hat; ein Klick zeigt sein Bild.</translation>
    </message>
    <message>
      <source>Save as a page…</source>
      <translation>Als Seite speichern …</translation>
    </message>
    <message>
      <source>Images that several people labelled: {count}. Krippendorff's alpha: {alpha}.</source>
      <translation>Bilder, die mehrere annotiert haben: {count}. Krippendorffs Alpha: {alpha}.</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Measured by {name}.</source>
      <translation>Gemessen an {name}.</translation>
    </message>
    <message>
      <source>Objects that were decided and are left out: {count}. Compare before differences are decided.</source>
      <translation>Objekte, über die entschieden wurde und die nicht mitzählen: {count}. Vergleichen Sie, bevor Unterschiede entschieden werden.</translation>
    </message>
    <message>
      <source>It stands with each object that you make and in the history, for all who get the project.</source>
      <translation>Er steht bei jedem Objekt, das Sie machen, und im Verlauf, für alle, die das Projekt bekommen.</translation>
    </message>
    <message>
      <source>Your name</source>
      <translation>Ihr Name</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>In all projects that have no name of their own</source>
      <translation>In allen Projekten ohne eigenen Namen</translation>
    </message>
    <message>
      <source>That is me</source>
      <translation>Das bin ich</translation>
    </message>
    <message>
      <source>Others who work here: {names}.</source>
      <translation>Andere, die hier arbeiten: {names}.</translation>
    </message>
    <message>
      <source>different</source>
      <translation>verschieden</translation>
    </message>
    <message>
      <source>not set</source>
      <translation>nicht gesetzt</translation>
    </message>
    <message>
      <source>yes</source>
      <translation>ja</translation>
    </message>
    <message>
      <source>no</source>
      <translation>nein</translation>
    </message>
    <message>
      <source>An error in the program</source>
      <translation>Ein Fehler im Programm</translation>
    </message>
    <message>
      <source>Something went wrong in SlimSAM</source>
      <translation>In SlimSAM ist etwas schiefgegangen</translation>
    </message>
    <message>
      <source>Your work is saved. You can go on; please send the text below to the developers.</source>
      <translation>Ihre Arbeit ist gespeichert. Sie können weitermachen; bitte senden Sie den folgenden Text an die Entwickler.</translation>
    </message>
    <message>
      <source>Copy the report</source>
      <translation>Bericht kopieren</translation>
    </message>
    <message>
      <source>Objects: {objects}. Images: {count}, up to {name}. It stops at the first doubt.</source>
      <translation>Objekte: {objects}. Bilder: {count}, bis {name}. Beim ersten Zweifel wird angehalten.</translation>
    </message>
    <message>
      <source>Carry through images</source>
      <translation>Durch Bilder weiterführen</translation>
    </message>
    <message>
      <source>Carry the objects into</source>
      <translation>Die Objekte weiterführen in</translation>
    </message>
    <message>
      <source>Images at most</source>
      <translation>Höchstens so viele Bilder</translation>
    </message>
    <message>
      <source>Carry</source>
      <translation>Weiterführen</translation>
    </message>
    <message>
      <source>There is no image to carry them into: labelled and finished ones and those with proposals stay.</source>
      <translation>Es gibt kein Bild, in das sie kommen können: annotierte, fertige und die mit Vorschlägen bleiben.</translation>
    </message>
    <message>
      <source>No labelled image follows after images that are free: not done, without objects and proposals.</source>
      <translation>Es folgt kein annotiertes Bild nach freien Bildern: nicht fertig, ohne Objekte und Vorschläge.</translation>
    </message>
    <message>
      <source>the next images</source>
      <translation>die nächsten Bilder</translation>
    </message>
    <message>
      <source>the images before</source>
      <translation>die Bilder davor</translation>
    </message>
    <message>
      <source>all up to the next labelled one, from both sides</source>
      <translation>alle bis zum nächsten mit Objekten, von beiden Seiten</translation>
    </message>
    <message>
      <source>Find a class, or name a new one</source>
      <translation>Klasse suchen oder neu benennen</translation>
    </message>
    <message>
      <source>New class “{name}”</source>
      <translation>Neue Klasse „{name}“</translation>
    </message>
    <message>
      <source>Classes</source>
      <translation>Klassen</translation>
    </message>
    <message>
      <source>Drag a class to another place, or press Alt and an arrow key. Its number is the one that YOLO and other formats without names write.</source>
      <translation>Ziehen Sie eine Klasse an einen anderen Platz, oder drücken Sie Alt und eine Pfeiltaste. Ihre Nummer ist die, die YOLO und andere Formate ohne Namen schreiben.</translation>
    </message>
    <message>
      <source>New class</source>
      <translation>Neue Klasse</translation>
    </message>
    <message>
      <source>Name of a new class</source>
      <translation>Name einer neuen Klasse</translation>
    </message>
    <message>
      <source>Add</source>
      <translation>Hinzufügen</translation>
    </message>
    <message>
      <source>Keys 1, 2, 3 … in this order</source>
      <translation>Tasten 1, 2, 3 … in dieser Reihenfolge</translation>
    </message>
    <message>
      <source>none</source>
      <translation>keine</translation>
    </message>
    <message>
      <source>size: small, large
occluded: yes/no
number of wheels: number</source>
      <translation>Größe: klein, groß
verdeckt: yes/no
Anzahl Räder: number</translation>
    </message>
    <message>
      <source>One attribute a line: its name, a colon, then its values, or “yes/no”, “number” or “text”.</source>
      <translation>Ein Attribut je Zeile: Name, Doppelpunkt, dann die Werte, oder „yes/no“, „number“ oder „text“.</translation>
    </message>
    <message>
      <source>Load list…</source>
      <translation>Liste laden …</translation>
    </message>
    <message>
      <source>Save list…</source>
      <translation>Liste speichern …</translation>
    </message>
    <message>
      <source>Colour</source>
      <translation>Farbe</translation>
    </message>
    <message>
      <source>Key</source>
      <translation>Taste</translation>
    </message>
    <message>
      <source>Super-category</source>
      <translation>Oberkategorie</translation>
    </message>
    <message>
      <source>Attributes</source>
      <translation>Attribute</translation>
    </message>
    <message>
      <source>the first free one</source>
      <translation>die erste freie</translation>
    </message>
    <message>
      <source>Load a list of classes</source>
      <translation>Eine Klassenliste laden</translation>
    </message>
    <message>
      <source>Lists of classes</source>
      <translation>Klassenlisten</translation>
    </message>
    <message>
      <source>Save the list of classes</source>
      <translation>Die Klassenliste speichern</translation>
    </message>
    <message>
      <source>{key}, the first free one</source>
      <translation>{key}, die erste freie</translation>
    </message>
    <message>
      <source>Compare with another model</source>
      <translation>Mit anderem Modell vergleichen</translation>
    </message>
    <message>
      <source>Both models answer the same clicks; a key shows the one or the other.</source>
      <translation>Beide Modelle beantworten dieselben Klicks; eine Taste zeigt das eine oder das andere.</translation>
    </message>
    <message>
      <source>Models</source>
      <translation>Modelle</translation>
    </message>
    <message>
      <source>No other model is installed. Model &gt; Models… downloads or imports one.</source>
      <translation>Kein anderes Modell ist installiert. Modell &gt; Modelle … lädt oder importiert eines.</translation>
    </message>
    <message>
      <source>Compare</source>
      <translation>Vergleichen</translation>
    </message>
    <message>
      <source>From a file…</source>
      <translation>Aus einer Datei …</translation>
    </message>
    <message>
      <source>1 object has the class “{name}”.</source>
      <translation>1 Objekt hat die Klasse „{name}“.</translation>
    </message>
    <message>
      <source>{n} objects have the class “{name}”.</source>
      <translation>{n} Objekte haben die Klasse „{name}“.</translation>
    </message>
    <message>
      <source>Proposals of it that wait: {count}, in {images} images; without a class none is accepted.</source>
      <translation>Wartende Vorschläge von ihr: {count}, in {images} Bildern; ohne Klasse wird keiner übernommen.</translation>
    </message>
    <message>
      <source>Delete them too</source>
      <translation>Sie ebenfalls löschen</translation>
    </message>
    <message>
      <source>This can be undone.</source>
      <translation>Das lässt sich rückgängig machen.</translation>
    </message>
    <message>
      <source>Give them the class “{name}”</source>
      <translation>Ihnen die Klasse „{name}“ geben</translation>
    </message>
    <message>
      <source>{name}: {family}, images of {width}×{height}, {count} classes</source>
      <translation>{name}: {family}, Bilder von {width}×{height}, {count} Klassen</translation>
    </message>
    <message>
      <source>Detector</source>
      <translation>Detektor</translation>
    </message>
    <message>
      <source>Choose a file…</source>
      <translation>Datei wählen …</translation>
    </message>
    <message>
      <source>Classes of the detector</source>
      <translation>Klassen des Detektors</translation>
    </message>
    <message>
      <source>left out</source>
      <translation>ausgelassen</translation>
    </message>
    <message>
      <source>a new class of this name</source>
      <translation>eine neue Klasse dieses Namens</translation>
    </message>
    <message>
      <source>The selected classes are</source>
      <translation>Die gewählten Klassen sind</translation>
    </message>
    <message>
      <source>What it finds becomes</source>
      <translation>Was er findet, wird</translation>
    </message>
    <message>
      <source>Least score</source>
      <translation>Kleinste Bewertung</translation>
    </message>
    <message>
      <source>Also images that are done</source>
      <translation>Auch Bilder, die fertig sind</translation>
    </message>
    <message>
      <source>Look through the images</source>
      <translation>Bilder durchsehen</translation>
    </message>
    <message>
      <source>masks by the model in use</source>
      <translation>Masken vom benutzten Modell</translation>
    </message>
    <message>
      <source>boxes</source>
      <translation>Rahmen</translation>
    </message>
    <message>
      <source>A network that finds boxes, as an ONNX file: YOLO, RT-DETR, RF-DETR.</source>
      <translation>Ein Netz, das Rahmen findet, als ONNX-Datei: YOLO, RT-DETR, RF-DETR.</translation>
    </message>
    <message>
      <source>{name}: {family}, images of {width}×{height}. The file does not say what its classes are called: choose for each number that it knows which class that is.</source>
      <translation>{name}: {family}, Bilder von {width}×{height}. Die Datei sagt nicht, wie ihre Klassen heißen: Wähle zu jeder Nummer, die sie kennt, welche Klasse das ist.</translation>
    </message>
    <message>
      <source>Class of the detector</source>
      <translation>Klasse des Detektors</translation>
    </message>
    <message>
      <source>Class of the project</source>
      <translation>Klasse des Projekts</translation>
    </message>
    <message>
      <source>the detector's own masks</source>
      <translation>die eigenen Masken des Detektors</translation>
    </message>
    <message>
      <source>Detectors</source>
      <translation>Detektoren</translation>
    </message>
    <message>
      <source>All files</source>
      <translation>Alle Dateien</translation>
    </message>
    <message>
      <source>Opening {name}…</source>
      <translation>{name} wird geöffnet …</translation>
    </message>
    <message>
      <source>Choose a class of the project for a row first.</source>
      <translation>Wählen Sie zuerst für eine Zeile eine Klasse des Projekts.</translation>
    </message>
    <message>
      <source>Working</source>
      <translation>In Arbeit</translation>
    </message>
    <message>
      <source>No faults found</source>
      <translation>Keine Fehler gefunden</translation>
    </message>
    <message>
      <source>Compare with pictures…</source>
      <translation>Mit Bildern vergleichen …</translation>
    </message>
    <message>
      <source>Write a repaired copy…</source>
      <translation>Reparierte Kopie schreiben …</translation>
    </message>
    <message>
      <source>Findings</source>
      <translation>Befunde</translation>
    </message>
    <message>
      <source>Changes of the repair</source>
      <translation>Änderungen der Reparatur</translation>
    </message>
    <message>
      <source>Folder of the pictures</source>
      <translation>Ordner der Bilder</translation>
    </message>
    <message>
      <source>A copy leaves out or changes what the findings name.</source>
      <translation>Eine Kopie lässt weg oder ändert, was die Befunde nennen.</translation>
    </message>
    <message>
      <source>The list has the first findings of each kind.</source>
      <translation>Die Liste zeigt die ersten Befunde jeder Art.</translation>
    </message>
    <message>
      <source>Nothing to change.</source>
      <translation>Nichts zu ändern.</translation>
    </message>
    <message>
      <source>Folder of the repaired copy</source>
      <translation>Ordner für die reparierte Kopie</translation>
    </message>
    <message>
      <source>Write a repaired copy</source>
      <translation>Reparierte Kopie schreiben</translation>
    </message>
    <message>
      <source>{where}: {before} → {after}</source>
      <translation>{where}: {before} → {after}</translation>
    </message>
    <message>
      <source>{format}: {objects} objects, {usable} usable; images: {images}, findings: {findings}</source>
      <translation>{format}: {objects} Objekte, {usable} brauchbar; Bilder: {images}, Befunde: {findings}</translation>
    </message>
    <message>
      <source>Written to {path}: {summary}</source>
      <translation>Geschrieben nach {path}: {summary}</translation>
    </message>
    <message>
      <source>COCO JSON</source>
      <translation>COCO-JSON</translation>
    </message>
    <message>
      <source>nothing</source>
      <translation>nichts</translation>
    </message>
    <message>
      <source>removed</source>
      <translation>entfernt</translation>
    </message>
    <message>
      <source>… and {count} more</source>
      <translation>… und {count} weitere</translation>
    </message>
    <message>
      <source>Check of {name}</source>
      <translation>Prüfung von {name}</translation>
    </message>
    <message>
      <source>{name} could not be checked.</source>
      <translation>{name} konnte nicht geprüft werden.</translation>
    </message>
    <message>
      <source>There is a project already</source>
      <translation>Es gibt schon ein Projekt</translation>
    </message>
    <message>
      <source>A project file lies in “{folder}”.</source>
      <translation>In „{folder}“ liegt eine Projektdatei.</translation>
    </message>
    <message>
      <source>Projects</source>
      <translation>Projekte</translation>
    </message>
    <message>
      <source>Open this project</source>
      <translation>Dieses Projekt öffnen</translation>
    </message>
    <message>
      <source>Make a new, empty project</source>
      <translation>Neues, leeres Projekt anlegen</translation>
    </message>
    <message>
      <source>Make a new project with their labels</source>
      <translation>Neues Projekt mit ihren Annotationen</translation>
    </message>
    <message>
      <source>The pictures of “{folder}” are in the project of a folder above it, with their labels.</source>
      <translation>Die Bilder von „{folder}“ liegen samt ihren Annotationen im Projekt eines übergeordneten Ordners.</translation>
    </message>
    <message>
      <source>Folders inside “{folder}” have projects of their own, with their labels.</source>
      <translation>Ordner in „{folder}“ haben eigene Projekte samt Annotationen.</translation>
    </message>
    <message>
      <source>They are copied: the projects inside stay as they are.</source>
      <translation>Sie werden kopiert: die Projekte darin bleiben, wie sie sind.</translation>
    </message>
    <message>
      <source>{count} image</source>
      <translation>{count} Bild</translation>
    </message>
    <message>
      <source>{count} images</source>
      <translation>{count} Bilder</translation>
    </message>
    <message>
      <source>The result is read back and compared pixel by pixel before it takes its place.</source>
      <translation>Das Ergebnis wird zurückgelesen und Pixel für Pixel verglichen, bevor es an seinen Platz kommt.</translation>
    </message>
    <message>
      <source>There is already an export in {path}. Its files that are not written again are removed, but for the last copies of images; what others wrote or changed there stays.</source>
      <translation>In {path} liegt schon ein Export. Seine Dateien, die nicht neu geschrieben werden, werden entfernt, bis auf letzte Kopien von Bildern; was andere dort geschrieben oder geändert haben, bleibt.</translation>
    </message>
    <message>
      <source>Format</source>
      <translation>Format</translation>
    </message>
    <message>
      <source>Write to</source>
      <translation>Ziel</translation>
    </message>
    <message>
      <source>Labelled and finished images</source>
      <translation>Annotierte und fertige Bilder</translation>
    </message>
    <message>
      <source>Finished images only</source>
      <translation>Nur fertige Bilder</translation>
    </message>
    <message>
      <source>All images, also those nobody looked at</source>
      <translation>Alle Bilder, auch ungesehene</translation>
    </message>
    <message>
      <source>Images that a second person approved</source>
      <translation>Bilder, die eine zweite Person freigegeben hat</translation>
    </message>
    <message>
      <source>Replace it</source>
      <translation>Ersetzen</translation>
    </message>
    <message>
      <source>Make the folder</source>
      <translation>Ordner anlegen</translation>
    </message>
    <message>
      <source>Polygons where they are exact, else run-length codes</source>
      <translation>Polygone, wo sie genau sind, sonst Lauflängencodes</translation>
    </message>
    <message>
      <source>Run-length codes always</source>
      <translation>Immer Lauflängencodes</translation>
    </message>
    <message>
      <source>Polygons always (holes are lost)</source>
      <translation>Immer Polygone (Löcher gehen verloren)</translation>
    </message>
    <message>
      <source>Masks</source>
      <translation>Masken</translation>
    </message>
    <message>
      <source>Copies</source>
      <translation>Kopien</translation>
    </message>
    <message>
      <source>Links</source>
      <translation>Verknüpfungen</translation>
    </message>
    <message>
      <source>Paths to where they lie</source>
      <translation>Pfade zu ihrem Ort</translation>
    </message>
    <message>
      <source>None</source>
      <translation>Keine</translation>
    </message>
    <message>
      <source>Picture files</source>
      <translation>Bilddateien</translation>
    </message>
    <message>
      <source>Objects by</source>
      <translation>Objekte von</translation>
    </message>
    <message>
      <source>Say where to write.</source>
      <translation>Geben Sie an, wohin geschrieben wird.</translation>
    </message>
    <message>
      <source>Tick at least one class.</source>
      <translation>Haken Sie mindestens eine Klasse an.</translation>
    </message>
    <message>
      <source>Tick at least one person.</source>
      <translation>Haken Sie mindestens eine Person an.</translation>
    </message>
    <message>
      <source>{path} is a file, no folder.</source>
      <translation>{path} ist eine Datei, kein Ordner.</translation>
    </message>
    <message>
      <source>The folder {path} does not exist.</source>
      <translation>Den Ordner {path} gibt es nicht.</translation>
    </message>
    <message>
      <source>{path} is a folder: name a file in it.</source>
      <translation>{path} ist ein Ordner: Nennen Sie eine Datei darin.</translation>
    </message>
    <message>
      <source>{path} is a file: name a folder.</source>
      <translation>{path} ist eine Datei: Nennen Sie einen Ordner.</translation>
    </message>
    <message>
      <source>Nothing can be written in {path}: choose another folder.</source>
      <translation>In {path} kann nichts geschrieben werden: Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
      <source>{path} cannot be made: {reason}.</source>
      <translation>{path} lässt sich nicht anlegen: {reason}.</translation>
    </message>
    <message>
      <source>All of them</source>
      <translation>Alle</translation>
    </message>
    <message>
      <source>None of them</source>
      <translation>Keine</translation>
    </message>
    <message>
      <source>train</source>
      <translation>Training</translation>
    </message>
    <message>
      <source>val</source>
      <translation>Validierung</translation>
    </message>
    <message>
      <source>test</source>
      <translation>Test</translation>
    </message>
    <message>
      <source>not known</source>
      <translation>nicht bekannt</translation>
    </message>
    <message>
      <source>{first} and {second} would share a file, which {format} names without the ending of the image.</source>
      <translation>{first} und {second} würden sich eine Datei teilen, die {format} ohne die Endung des Bildes benennt.</translation>
    </message>
    <message>
      <source>What is open in 1 image was not accepted: it is not written.</source>
      <translation>Was in 1 Bild offen ist, wurde nicht übernommen: Es wird nicht geschrieben.</translation>
    </message>
    <message>
      <source>What is open in {count} images was not accepted: it is not written.</source>
      <translation>Was in {count} Bildern offen ist, wurde nicht übernommen: Es wird nicht geschrieben.</translation>
    </message>
    <message>
      <source>Every pixel is kept. Programs that read polygons only stop at objects with holes.</source>
      <translation>Jedes Pixel bleibt. Programme, die nur Polygone lesen, scheitern an Objekten mit Löchern.</translation>
    </message>
    <message>
      <source>Only the annotations are written: put the images beside them before they are opened.</source>
      <translation>Nur die Annotationen werden geschrieben: Legen Sie die Bilder dazu, bevor sie geöffnet werden.</translation>
    </message>
    <message>
      <source>Rename one of the two, or choose a format of one file, such as COCO.</source>
      <translation>Benennen Sie eines der beiden um, oder wählen Sie ein Format mit einer Datei, etwa COCO.</translation>
    </message>
    <message>
      <source>into the new folder {path}</source>
      <translation>in den neuen Ordner {path}</translation>
    </message>
    <message>
      <source>into the folder {path}, where everything else stays</source>
      <translation>in den Ordner {path}, wo alles andere bleibt</translation>
    </message>
    <message>
      <source>Every pixel is kept. Programs that read polygons only cannot read it.</source>
      <translation>Jedes Pixel bleibt. Programme, die nur Polygone lesen, können sie nicht lesen.</translation>
    </message>
    <message>
      <source>Every program reads it. Holes are filled; the report counts what changed.</source>
      <translation>Jedes Programm liest sie. Löcher werden gefüllt; der Bericht zählt, was sich geändert hat.</translation>
    </message>
    <message>
      <source>The folder is complete: it works wherever it is moved, and takes the space of the images.</source>
      <translation>Der Ordner ist vollständig: Er funktioniert überall und braucht den Platz der Bilder.</translation>
    </message>
    <message>
      <source>Takes no space and works on this computer, as long as the images stay where they are.</source>
      <translation>Braucht keinen Platz und funktioniert auf diesem Rechner, solange die Bilder bleiben, wo sie sind.</translation>
    </message>
    <message>
      <source>The files say where the images lie; they must stay there.</source>
      <translation>Die Dateien nennen den Ort der Bilder; sie müssen dort bleiben.</translation>
    </message>
    <message>
      <source>There is already {names}.</source>
      <translation>Es gibt schon {names}.</translation>
    </message>
    <message>
      <source>There are already {names}.</source>
      <translation>Es gibt schon {names}.</translation>
    </message>
    <message>
      <source>Writes {objects} of {classes} on {images} as {format} {place}.</source>
      <translation>Schreibt {objects} ({classes}, {images}) als {format} {place}.</translation>
    </message>
    <message>
      <source>into the folder {path} in place of the earlier export</source>
      <translation>in den Ordner {path} anstelle des früheren Exports</translation>
    </message>
    <message>
      <source>to {names} in {path}</source>
      <translation>nach {names} in {path}</translation>
    </message>
    <message>
      <source>Writes {format} {place}; being counted …</source>
      <translation>Schreibt {format} {place}; wird noch gezählt …</translation>
    </message>
    <message>
      <source>1 object</source>
      <translation>1 Objekt</translation>
    </message>
    <message>
      <source>1 class</source>
      <translation>1 Klasse</translation>
    </message>
    <message>
      <source>{count} classes</source>
      <translation>{count} Klassen</translation>
    </message>
    <message>
      <source>1 image</source>
      <translation>1 Bild</translation>
    </message>
    <message>
      <source>So would 1 more pair.</source>
      <translation>Ein weiteres Paar ebenso.</translation>
    </message>
    <message>
      <source>So would {count} more pairs.</source>
      <translation>{count} weitere Paare ebenso.</translation>
    </message>
    <message>
      <source>to {path}</source>
      <translation>nach {path}</translation>
    </message>
    <message>
      <source>all</source>
      <translation>alle</translation>
    </message>
    <message>
      <source>every n-th</source>
      <translation>jedes n-te</translation>
    </message>
    <message>
      <source>n a second</source>
      <translation>n je Sekunde</translation>
    </message>
    <message>
      <source>Every n-th frame, n</source>
      <translation>Jedes n-te Bild, n</translation>
    </message>
    <message>
      <source>Frames a second</source>
      <translation>Einzelbilder je Sekunde</translation>
    </message>
    <message>
      <source>n =</source>
      <translation>n =</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>Öffnen</translation>
    </message>
    <message>
      <source>Folder for the pictures</source>
      <translation>Ordner für die Bilder</translation>
    </message>
    <message>
      <source>Name a folder for the pictures.</source>
      <translation>Einen Ordner für die Bilder nennen.</translation>
    </message>
    <message>
      <source>That would be about {count} pictures; at most {most} are made at once.</source>
      <translation>Das wären etwa {count} Bilder; auf einmal werden höchstens {most} gemacht.</translation>
    </message>
    <message>
      <source>About {count} pictures, {room} on the disk. What is there already is not written again.</source>
      <translation>Etwa {count} Bilder, {room} auf der Platte. Was schon da ist, wird nicht noch einmal geschrieben.</translation>
    </message>
    <message>
      <source>{count} frames</source>
      <translation>{count} Einzelbilder</translation>
    </message>
    <message>
      <source>The film does not say how many frames it has.</source>
      <translation>Der Film sagt nicht, wie viele Einzelbilder er hat.</translation>
    </message>
    <message>
      <source>Go back to a kept state</source>
      <translation>Zu einem aufbewahrten Stand zurückkehren</translation>
    </message>
    <message>
      <source>Kept states of this project</source>
      <translation>Aufbewahrte Stände dieses Projekts</translation>
    </message>
    <message>
      <source>Nothing was kept of this project yet. Its state is kept once a day when it is opened; the settings (F2) say how many are kept.</source>
      <translation>Von diesem Projekt wurde noch nichts aufbewahrt. Sein Stand wird einmal am Tag beim Öffnen aufbewahrt; die Einstellungen (F2) sagen, wie viele es sind.</translation>
    </message>
    <message>
      <source>Kept on</source>
      <translation>Aufbewahrt am</translation>
    </message>
    <message>
      <source>Objects</source>
      <translation>Objekte</translation>
    </message>
    <message>
      <source>The project becomes what it was then, also its history. What it is now is kept first, and is in this list afterwards. The states lie in {folder}.</source>
      <translation>Das Projekt wird, was es damals war, auch sein Verlauf. Was es jetzt ist, wird zuerst aufbewahrt und steht danach in dieser Liste. Die Stände liegen in {folder}.</translation>
    </message>
    <message>
      <source>before going back</source>
      <translation>vor dem Zurückkehren</translation>
    </message>
    <message>
      <source>damaged</source>
      <translation>beschädigt</translation>
    </message>
    <message>
      <source>Go to image</source>
      <translation>Gehe zu Bild</translation>
    </message>
    <message>
      <source>Number or name</source>
      <translation>Nummer oder Name</translation>
    </message>
    <message>
      <source>Number or name of the image</source>
      <translation>Nummer oder Name des Bildes</translation>
    </message>
    <message>
      <source>Go there</source>
      <translation>Dorthin</translation>
    </message>
    <message>
      <source>Image {number} of {count}: {name}</source>
      <translation>Bild {number} von {count}: {name}</translation>
    </message>
    <message>
      <source>The filter leaves this image out of the list.</source>
      <translation>Der Filter blendet dieses Bild aus der Liste aus.</translation>
    </message>
    <message>
      <source>No image of the list has this number or name.</source>
      <translation>Kein Bild der Liste hat diese Nummer oder diesen Namen.</translation>
    </message>
    <message>
      <source>Images in the list: {count}</source>
      <translation>Bilder in der Liste: {count}</translation>
    </message>
    <message>
      <source>The guide is written in English.</source>
      <translation>Das Benutzerhandbuch ist auf Englisch geschrieben.</translation>
    </message>
    <message>
      <source>The newest first. Undo takes back the first of these that is not undone.</source>
      <translation>Das Neueste zuerst. „Rückgängig“ nimmt das erste davon zurück, das noch gilt.</translation>
    </message>
    <message>
      <source>History</source>
      <translation>Verlauf</translation>
    </message>
    <message>
      <source>Show the image</source>
      <translation>Bild zeigen</translation>
    </message>
    <message>
      <source>What was done</source>
      <translation>Was getan wurde</translation>
    </message>
    <message>
      <source>Nothing was done in this project yet.</source>
      <translation>In diesem Projekt wurde noch nichts getan.</translation>
    </message>
    <message>
      <source>When</source>
      <translation>Wann</translation>
    </message>
    <message>
      <source>What</source>
      <translation>Was</translation>
    </message>
    <message>
      <source>{label} (undone)</source>
      <translation>{label} (zurückgenommen)</translation>
    </message>
    <message>
      <source>Annotator</source>
      <translation>Person</translation>
    </message>
    <message>
      <source>Import annotations</source>
      <translation>Annotationen importieren</translation>
    </message>
    <message>
      <source>{name} can be read in more than one way. What is it?</source>
      <translation>{name} kann auf mehr als eine Weise gelesen werden. Was ist es?</translation>
    </message>
    <message>
      <source>The format of {name} is not known. Choose it, if it is one of these:</source>
      <translation>Das Format von {name} ist nicht bekannt. Wählen Sie es, wenn es eines von diesen ist:</translation>
    </message>
    <message>
      <source>Import</source>
      <translation>Importieren</translation>
    </message>
    <message>
      <source>Search a command or a key</source>
      <translation>Befehl oder Taste suchen</translation>
    </message>
    <message>
      <source>{count} own key goes back to the preset. This cannot be undone.</source>
      <translation>{count} eigene Taste geht auf die Vorgabe zurück. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
      <source>{count} own keys go back to the preset. This cannot be undone.</source>
      <translation>{count} eigene Tasten gehen auf die Vorgabe zurück. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
      <source>{key} is used by: {others}. It is taken away there.</source>
      <translation>{key} gehört zu: {others}. Dort wird sie weggenommen.</translation>
    </message>
    <message>
      <source>Change single keys</source>
      <translation>Einzelne Tasten ändern</translation>
    </message>
    <message>
      <source>Reset all</source>
      <translation>Alle zurücksetzen</translation>
    </message>
    <message>
      <source>Commands and their keys</source>
      <translation>Befehle und ihre Tasten</translation>
    </message>
    <message>
      <source>Press the new key</source>
      <translation>Neue Taste drücken</translation>
    </message>
    <message>
      <source>New key</source>
      <translation>Neue Taste</translation>
    </message>
    <message>
      <source>{names} then has no key.</source>
      <translation>{names} hat dann keine Taste.</translation>
    </message>
    <message>
      <source>{names} then have no key.</source>
      <translation>{names} haben dann keine Taste.</translation>
    </message>
    <message>
      <source>Command</source>
      <translation>Befehl</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Tasten</translation>
    </message>
    <message>
      <source>Use alone</source>
      <translation>Nur diese</translation>
    </message>
    <message>
      <source>No key</source>
      <translation>Keine Taste</translation>
    </message>
    <message>
      <source>Reset</source>
      <translation>Zurücksetzen</translation>
    </message>
    <message>
      <source>{key} belongs to the canvas.</source>
      <translation>{key} gehört der Bildfläche.</translation>
    </message>
    <message>
      <source>Chosen by you</source>
      <translation>Selbst gewählt</translation>
    </message>
    <message>
      <source>Given back to: {names}.</source>
      <translation>Zurückgegeben an: {names}.</translation>
    </message>
    <message>
      <source>The folder cannot be listed</source>
      <translation>Der Ordner lässt sich nicht auflisten</translation>
    </message>
    <message>
      <source>The link leads in a circle</source>
      <translation>Die Verknüpfung führt im Kreis</translation>
    </message>
    <message>
      <source>The link leads nowhere</source>
      <translation>Die Verknüpfung führt ins Leere</translation>
    </message>
    <message>
      <source>It is no ordinary file</source>
      <translation>Es ist keine gewöhnliche Datei</translation>
    </message>
    <message>
      <source>The name is not valid Unicode; rename it</source>
      <translation>Der Name ist kein gültiges Unicode; bitte umbenennen</translation>
    </message>
    <message>
      <source>The name holds a line break or another control character; rename it</source>
      <translation>Der Name enthält einen Zeilenumbruch oder ein anderes Steuerzeichen; bitte umbenennen</translation>
    </message>
    <message>
      <source>The name is nothing but dots before its ending; rename it</source>
      <translation>Der Name besteht vor der Endung nur aus Punkten; benennen Sie ihn um</translation>
    </message>
    <message>
      <source>The name looks like a Windows drive or leads out of the folder; rename it</source>
      <translation>Der Name sieht wie ein Windows-Laufwerk aus oder führt aus dem Ordner; bitte umbenennen</translation>
    </message>
    <message>
      <source>The picture cannot be read</source>
      <translation>Das Bild lässt sich nicht lesen</translation>
    </message>
    <message>
      <source>The tar file cannot be read</source>
      <translation>Die tar-Datei kann nicht gelesen werden</translation>
    </message>
    <message>
      <source>Entries that were left out</source>
      <translation>Ausgelassene Einträge</translation>
    </message>
    <message>
      <source>These could not be used; all other pictures are there. After a change open the folder again.</source>
      <translation>Diese waren nicht zu gebrauchen; alle anderen Bilder sind da. Nach einer Änderung den Ordner erneut öffnen.</translation>
    </message>
    <message>
      <source>Copy the list</source>
      <translation>Liste kopieren</translation>
    </message>
    <message>
      <source>Entry</source>
      <translation>Eintrag</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Grund</translation>
    </message>
    <message>
      <source>Merge parts</source>
      <translation>Teile zusammenführen</translation>
    </message>
    <message>
      <source>Parts of this project, copies of it, or other projects. What was changed on one side is taken; what both sides changed waits for your decision. It is one step of undo.</source>
      <translation>Teile dieses Projekts, Kopien davon oder andere Projekte. Was eine Seite geändert hat, wird übernommen; was beide geändert haben, wartet auf Ihre Entscheidung. Das Ganze ist ein Schritt, der sich zurücknehmen lässt.</translation>
    </message>
    <message>
      <source>Projects to merge</source>
      <translation>Projekte zum Zusammenführen</translation>
    </message>
    <message>
      <source>Add the projects that were sent to you.</source>
      <translation>Fügen Sie die Projekte hinzu, die Sie bekommen haben.</translation>
    </message>
    <message>
      <source>Looking at what comes in…</source>
      <translation>Was hereinkommt, wird angesehen …</translation>
    </message>
    <message>
      <source>{count} project comes in.</source>
      <translation>{count} Projekt kommt herein.</translation>
    </message>
    <message>
      <source>{count} projects come in.</source>
      <translation>{count} Projekte kommen herein.</translation>
    </message>
    <message>
      <source>{name} cannot be merged and is left out: {reason}</source>
      <translation>{name} kann nicht zusammengeführt werden und bleibt weg: {reason}</translation>
    </message>
    <message>
      <source>Merge at most {most} at once.</source>
      <translation>Höchstens {most} auf einmal zusammenführen.</translation>
    </message>
    <message>
      <source>Objects in: {count}</source>
      <translation>Objekte herein: {count}</translation>
    </message>
    <message>
      <source>Trained for this program; README.md beside the file says how.</source>
      <translation>Für dieses Programm trainiert; wie, steht in README.md neben der Datei.</translation>
    </message>
    <message>
      <source>Multiply-accumulates of the image encoder, one image</source>
      <translation>Multiplikationen mit Addition des Bildkodierers, ein Bild</translation>
    </message>
    <message>
      <source>Measured on this machine, image of 640×480</source>
      <translation>Auf diesem Rechner gemessen, Bild von 640×480</translation>
    </message>
    <message>
      <source>The first click on an image, measured on this machine</source>
      <translation>Der erste Klick auf ein Bild, auf diesem Rechner gemessen</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <source>Use</source>
      <translation>Verwenden</translation>
    </message>
    <message>
      <source>Download</source>
      <translation>Herunterladen</translation>
    </message>
    <message>
      <source>Measure the speed</source>
      <translation>Geschwindigkeit messen</translation>
    </message>
    <message>
      <source>Delete…</source>
      <translation>Löschen …</translation>
    </message>
    <message>
      <source>Import a file…</source>
      <translation>Datei importieren …</translation>
    </message>
    <message>
      <source>PyTorch is added.</source>
      <translation>PyTorch ist hinzugefügt.</translation>
    </message>
    <message>
      <source>PyTorch is removed.</source>
      <translation>PyTorch ist entfernt.</translation>
    </message>
    <message>
      <source>Start the program again for it to take effect.</source>
      <translation>Es wirkt, sobald das Programm neu gestartet ist.</translation>
    </message>
    <message>
      <source>Import a model</source>
      <translation>Ein Modell importieren</translation>
    </message>
    <message>
      <source>Delete a model</source>
      <translation>Ein Modell löschen</translation>
    </message>
    <message>
      <source>Its file is removed from this machine.</source>
      <translation>Seine Datei wird von diesem Rechner entfernt.</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>Löschen</translation>
    </message>
    <message>
      <source>State</source>
      <translation>Zustand</translation>
    </message>
    <message>
      <source>Size</source>
      <translation>Größe</translation>
    </message>
    <message>
      <source>Parameters</source>
      <translation>Parameter</translation>
    </message>
    <message>
      <source>MACs</source>
      <translation>MACs</translation>
    </message>
    <message>
      <source>Encode</source>
      <translation>Kodieren</translation>
    </message>
    <message>
      <source>A click</source>
      <translation>Ein Klick</translation>
    </message>
    <message>
      <source>Source</source>
      <translation>Quelle</translation>
    </message>
    <message>
      <source>SHA-256</source>
      <translation>SHA-256</translation>
    </message>
    <message>
      <source>ships with the program</source>
      <translation>gehört zum Programm</translation>
    </message>
    <message>
      <source>installed</source>
      <translation>installiert</translation>
    </message>
    <message>
      <source>in use</source>
      <translation>in Gebrauch</translation>
    </message>
    <message>
      <source>not stated</source>
      <translation>nicht angegeben</translation>
    </message>
    <message>
      <source>can be downloaded</source>
      <translation>kann heruntergeladen werden</translation>
    </message>
    <message>
      <source>{name} is installed.</source>
      <translation>{name} ist installiert.</translation>
    </message>
    <message>
      <source>Delete the model “{name}”?</source>
      <translation>Das Modell „{name}“ löschen?</translation>
    </message>
    <message>
      <source>about {size}</source>
      <translation>etwa {size}</translation>
    </message>
    <message>
      <source>What is to be done here? Ctrl+Enter sends it.</source>
      <translation>Was ist hier zu tun? Strg+Enter schickt es ab.</translation>
    </message>
    <message>
      <source>Note for the annotator</source>
      <translation>Hinweis für die Person, die annotiert hat</translation>
    </message>
    <message>
      <source>Send back</source>
      <translation>Zurückgeben</translation>
    </message>
    <message>
      <source>Ctrl+Enter</source>
      <translation>Strg+Enter</translation>
    </message>
    <message>
      <source>A crowd: many things in one mask</source>
      <translation>Eine Menge: viele Dinge in einer Maske</translation>
    </message>
    <message>
      <source>Different notes; what is typed takes their place.</source>
      <translation>Verschiedene Notizen; was getippt wird, ersetzt sie.</translation>
    </message>
    <message>
      <source>predicted IoU {value}</source>
      <translation>vorhergesagte IoU {value}</translation>
    </message>
    <message>
      <source>edited by hand {n} times</source>
      <translation>{n}-mal von Hand bearbeitet</translation>
    </message>
    <message>
      <source>Object #{id}</source>
      <translation>Objekt #{id}</translation>
    </message>
    <message>
      <source>{n} objects</source>
      <translation>{n} Objekte</translation>
    </message>
    <message>
      <source>What do you want to do?</source>
      <translation>Was möchten Sie tun?</translation>
    </message>
    <message>
      <source>Find a command</source>
      <translation>Befehl suchen</translation>
    </message>
    <message>
      <source>No command of this name.</source>
      <translation>Kein Befehl mit diesem Namen.</translation>
    </message>
    <message>
      <source>{command}: {why}</source>
      <translation>{command}: {why}</translation>
    </message>
    <message>
      <source>Choose…</source>
      <translation>Wählen …</translation>
    </message>
    <message>
      <source>Compare people</source>
      <translation>Personen vergleichen</translation>
    </message>
    <message>
      <source>What is compared</source>
      <translation>Was verglichen wird</translation>
    </message>
    <message>
      <source>The people of this project</source>
      <translation>Die Personen dieses Projekts</translation>
    </message>
    <message>
      <source>This project and others, each the work of one person</source>
      <translation>Dieses Projekt und andere, jedes die Arbeit einer Person</translation>
    </message>
    <message>
      <source>Others, measured by this project, which is right</source>
      <translation>Andere, gemessen an diesem Projekt, das richtig ist</translation>
    </message>
    <message>
      <source>Projects to compare</source>
      <translation>Projekte zum Vergleichen</translation>
    </message>
    <message>
      <source>Only one person has objects in this project: choose above to compare it with others.</source>
      <translation>Nur eine Person hat Objekte in diesem Projekt: Wählen Sie oben, es mit anderen zu vergleichen.</translation>
    </message>
    <message>
      <source>{names}, where several of them labelled the same image.</source>
      <translation>{names}, wo mehrere von ihnen dasselbe Bild annotiert haben.</translation>
    </message>
    <message>
      <source>Add the projects of the others.</source>
      <translation>Fügen Sie die Projekte der anderen hinzu.</translation>
    </message>
    <message>
      <source>What each person made of it</source>
      <translation>Was jede Person daraus gemacht hat</translation>
    </message>
    <message>
      <source>Its image cannot be shown: it is not there, or another one now.</source>
      <translation>Sein Bild kann nicht gezeigt werden: es ist nicht da, oder jetzt ein anderes.</translation>
    </message>
    <message>
      <source>Add…</source>
      <translation>Hinzufügen …</translation>
    </message>
    <message>
      <source>Nothing is listed yet. Add projects or zip files of parts by “Add…”.</source>
      <translation>Noch steht hier nichts. Fügen Sie Projekte oder Zip-Dateien von Teilen mit „Hinzufügen …“ hinzu.</translation>
    </message>
    <message>
      <source>Projects and zip files of parts</source>
      <translation>Projekte und Zip-Dateien von Teilen</translation>
    </message>
    <message>
      <source>{count} setting goes back to its default. This cannot be undone.</source>
      <translation>{count} Einstellung geht auf ihre Vorgabe zurück. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
      <source>{count} settings go back to their defaults. This cannot be undone.</source>
      <translation>{count} Einstellungen gehen auf ihre Vorgaben zurück. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
      <source>Settings</source>
      <translation>Einstellungen</translation>
    </message>
    <message>
      <source>Restore the defaults</source>
      <translation>Vorgaben wiederherstellen</translation>
    </message>
    <message>
      <source>Your own key goes too: {count}.</source>
      <translation>Auch Ihre eigene Taste geht: {count}.</translation>
    </message>
    <message>
      <source>Your own keys go too: {count}.</source>
      <translation>Auch Ihre eigenen Tasten gehen: {count}.</translation>
    </message>
    <message>
      <source>Restore</source>
      <translation>Wiederherstellen</translation>
    </message>
    <message>
      <source>Change…</source>
      <translation>Ändern …</translation>
    </message>
    <message>
      <source>{name} (not found here)</source>
      <translation>{name} (hier nicht gefunden)</translation>
    </message>
    <message>
      <source>More keys</source>
      <translation>Weitere Tasten</translation>
    </message>
    <message>
      <source>Mouse and more</source>
      <translation>Maus und mehr</translation>
    </message>
    <message>
      <source>Search shortcuts</source>
      <translation>Tastenkürzel suchen</translation>
    </message>
    <message>
      <source>Preset of keys</source>
      <translation>Tastenbelegung</translation>
    </message>
    <message>
      <source>Change single keys…</source>
      <translation>Einzelne Tasten ändern …</translation>
    </message>
    <message>
      <source>Keys of</source>
      <translation>Tasten von</translation>
    </message>
    <message>
      <source>{key} is used twice: {first}, {second}</source>
      <translation>{key} ist doppelt belegt: {first}, {second}</translation>
    </message>
    <message>
      <source>Tolerance in pixels</source>
      <translation>Toleranz in Pixeln</translation>
    </message>
    <message>
      <source>How far the polygon may leave the mask. 0 brings the mask back.</source>
      <translation>Wie weit das Polygon von der Maske abweichen darf. 0 bringt die Maske zurück.</translation>
    </message>
    <message>
      <source>{value} px</source>
      <translation>{value} px</translation>
    </message>
    <message>
      <source>Split among people</source>
      <translation>Unter Personen aufteilen</translation>
    </message>
    <message>
      <source>Ana, Ben, Carl</source>
      <translation>Ana, Ben, Carl</translation>
    </message>
    <message>
      <source>Names, with commas</source>
      <translation>Namen, mit Kommas</translation>
    </message>
    <message>
      <source>All images</source>
      <translation>Alle Bilder</translation>
    </message>
    <message>
      <source>Copies: a part opens on any computer</source>
      <translation>Kopien: ein Teil öffnet sich auf jedem Rechner</translation>
    </message>
    <message>
      <source>Second names of the same files: no room on this disk</source>
      <translation>Zweite Namen derselben Dateien: kein Platz auf dieser Platte</translation>
    </message>
    <message>
      <source>None: each part looks where they lie now</source>
      <translation>Keine: jeder Teil sucht sie dort, wo sie jetzt liegen</translation>
    </message>
    <message>
      <source>Open: everybody may add and rename some</source>
      <translation>Offen: alle dürfen welche hinzufügen und umbenennen</translation>
    </message>
    <message>
      <source>Locked: they stay as they are</source>
      <translation>Gesperrt: sie bleiben, wie sie sind</translation>
    </message>
    <message>
      <source>Each part as one zip file</source>
      <translation>Jeder Teil als eine Zip-Datei</translation>
    </message>
    <message>
      <source>Share of the images that go to several people</source>
      <translation>Anteil der Bilder, die an mehrere Personen gehen</translation>
    </message>
    <message>
      <source>How many people get such an image</source>
      <translation>Wie viele Personen ein solches Bild bekommen</translation>
    </message>
    <message>
      <source>Overlap</source>
      <translation>Überdeckung</translation>
    </message>
    <message>
      <source>The project itself stays as it is.</source>
      <translation>Das Projekt selbst bleibt, wie es ist.</translation>
    </message>
    <message>
      <source>Images that are not done</source>
      <translation>Bilder, die nicht fertig sind</translation>
    </message>
    <message>
      <source>Those that the list shows</source>
      <translation>Die, die die Liste zeigt</translation>
    </message>
    <message>
      <source>of the images, to</source>
      <translation>der Bilder, an je</translation>
    </message>
    <message>
      <source>people each, to compare them</source>
      <translation>Personen, um sie zu vergleichen</translation>
    </message>
    <message>
      <source>{people} people get about {each} of {count} images each.</source>
      <translation>{people} Personen bekommen je etwa {each} von {count} Bildern.</translation>
    </message>
    <message>
      <source>One image goes to {several} people.</source>
      <translation>Ein Bild geht an {several} Personen.</translation>
    </message>
    <message>
      <source>{shared} images go to {several} people.</source>
      <translation>{shared} Bilder gehen an {several} Personen.</translation>
    </message>
    <message>
      <source>Say who gets a part.</source>
      <translation>Sagen Sie, wer einen Teil bekommt.</translation>
    </message>
    <message>
      <source>Images by state</source>
      <translation>Bilder nach Zustand</translation>
    </message>
    <message>
      <source>Objects by class</source>
      <translation>Objekte nach Klasse</translation>
    </message>
    <message>
      <source>Objects by size</source>
      <translation>Objekte nach Größe</translation>
    </message>
    <message>
      <source>Objects by annotator</source>
      <translation>Objekte nach Personen</translation>
    </message>
    <message>
      <source>Images by what a second person said</source>
      <translation>Bilder nach dem Urteil einer zweiten Person</translation>
    </message>
    <message>
      <source>images</source>
      <translation>Bilder</translation>
    </message>
    <message>
      <source>objects</source>
      <translation>Objekte</translation>
    </message>
    <message>
      <source>time an object</source>
      <translation>Zeit je Objekt</translation>
    </message>
    <message>
      <source>Small, below 32×32</source>
      <translation>Klein, unter 32×32</translation>
    </message>
    <message>
      <source>Medium</source>
      <translation>Mittel</translation>
    </message>
    <message>
      <source>Large, from 96×96</source>
      <translation>Groß, ab 96×96</translation>
    </message>
    <message>
      <source>{objects} · images: {images}</source>
      <translation>{objects} · Bilder: {images}</translation>
    </message>
    <message>
      <source>{objects} · {time}</source>
      <translation>{objects} · {time}</translation>
    </message>
    <message>
      <source>Add PyTorch</source>
      <translation>PyTorch hinzufügen</translation>
    </message>
    <message>
      <source>Remove PyTorch</source>
      <translation>PyTorch entfernen</translation>
    </message>
    <message>
      <source>PyTorch was added: {size} on this disk.</source>
      <translation>PyTorch wurde hinzugefügt: {size} auf dieser Platte.</translation>
    </message>
    <message>
      <source>Making models smaller needs PyTorch: {size} to download, four times that on disk.</source>
      <translation>Modelle zu verkleinern braucht PyTorch: {size} zum Herunterladen, auf der Platte das Vierfache.</translation>
    </message>
    <message>
      <source>a new class</source>
      <translation>eine neue Klasse</translation>
    </message>
    <message>
      <source>Classes that this project does not have</source>
      <translation>Klassen, die dieses Projekt nicht hat</translation>
    </message>
    <message>
      <source>{count} class of what comes in is not in this project. What it becomes:</source>
      <translation>{count} Klasse von dem, was hereinkommt, ist nicht in diesem Projekt. Was aus ihr wird:</translation>
    </message>
    <message>
      <source>{count} classes of what comes in are not in this project. What they become:</source>
      <translation>{count} Klassen von dem, was hereinkommt, sind nicht in diesem Projekt. Was aus ihnen wird:</translation>
    </message>
    <message>
      <source>Class there</source>
      <translation>Klasse dort</translation>
    </message>
    <message>
      <source>In</source>
      <translation>In</translation>
    </message>
    <message>
      <source>Becomes</source>
      <translation>Wird</translation>
    </message>
    <message>
      <source>What {name} becomes</source>
      <translation>Was aus {name} wird</translation>
    </message>
    <message>
      <source>{count} more become new classes.</source>
      <translation>{count} weitere werden neue Klassen.</translation>
    </message>
    <message>
      <source>Nothing waits for a decision.</source>
      <translation>Nichts wartet auf eine Entscheidung.</translation>
    </message>
    <message>
      <source>Draw it with any tool, or click on it: the new mask is the answer. Esc: back.</source>
      <translation>Zeichnen Sie es mit einem beliebigen Werkzeug, oder klicken Sie darauf: die neue Maske ist die Antwort. Esc: zurück.</translation>
    </message>
    <message>
      <source>Differences</source>
      <translation>Unterschiede</translation>
    </message>
    <message>
      <source>Look for differences</source>
      <translation>Unterschiede suchen</translation>
    </message>
    <message>
      <source>Looking for differences</source>
      <translation>Unterschiede werden gesucht</translation>
    </message>
    <message>
      <source>U  Union</source>
      <translation>U  Vereinen</translation>
    </message>
    <message>
      <source>K  Keep both</source>
      <translation>K  Beide behalten</translation>
    </message>
    <message>
      <source>R  Redraw</source>
      <translation>R  Neu zeichnen</translation>
    </message>
    <message>
      <source>Keep {count} object once</source>
      <translation>{count} Objekt einmal behalten</translation>
    </message>
    <message>
      <source>Keep {count} objects once</source>
      <translation>{count} Objekte einmal behalten</translation>
    </message>
    <message>
      <source>Finds what merges left open, and objects on which people differ, the worst first.</source>
      <translation>Findet, was Zusammenführungen offen ließen, und Objekte, bei denen sich Personen unterscheiden, das Gröbste zuerst.</translation>
    </message>
    <message>
      <source>What people differ on</source>
      <translation>Worin sich Personen unterscheiden</translation>
    </message>
    <message>
      <source>Where all agree</source>
      <translation>Wo alle übereinstimmen</translation>
    </message>
    <message>
      <source>Nobody differs, but {count} object is there once for each person. Keep it once.</source>
      <translation>Niemand weicht ab, aber {count} Objekt ist für jede Person einmal da. Behalten Sie es einmal.</translation>
    </message>
    <message>
      <source>Nobody differs, but {count} objects are there once for each person. Keep each once.</source>
      <translation>Niemand weicht ab, aber {count} Objekte sind für jede Person einmal da. Behalten Sie jedes einmal.</translation>
    </message>
    <message>
      <source>{letter}  {who}: {what}</source>
      <translation>{letter}  {who}: {what}</translation>
    </message>
    <message>
      <source>Take over the classes of {name} with their colours, keys and attributes.</source>
      <translation>Die Klassen von {name} mit Farben, Tasten und Attributen übernehmen.</translation>
    </message>
    <message>
      <source>New class, Enter</source>
      <translation>Neue Klasse, Enter</translation>
    </message>
    <message>
      <source>Name of the new class</source>
      <translation>Name der neuen Klasse</translation>
    </message>
    <message>
      <source>No classes yet. The first object makes one; press + to name your own.</source>
      <translation>Noch keine Klassen. Das erste Objekt legt eine an; mit + benennen Sie eigene.</translation>
    </message>
    <message>
      <source>Use the last classes</source>
      <translation>Letzte übernehmen</translation>
    </message>
    <message>
      <source>State of the image</source>
      <translation>Zustand des Bildes</translation>
    </message>
    <message>
      <source>e.g. night</source>
      <translation>z. B. Nacht</translation>
    </message>
    <message>
      <source>Comment</source>
      <translation>Kommentar</translation>
    </message>
    <message>
      <source>Flags</source>
      <translation>Merkmale</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Suchen</translation>
    </message>
    <message>
      <source>Search name, comment, flag</source>
      <translation>Name, Kommentar, Merkmal suchen</translation>
    </message>
    <message>
      <source>Filter images</source>
      <translation>Bilder filtern</translation>
    </message>
    <message>
      <source>No images.</source>
      <translation>Keine Bilder.</translation>
    </message>
    <message>
      <source>No image passes the filter.</source>
      <translation>Kein Bild passt zum Filter.</translation>
    </message>
    <message>
      <source>Show all images</source>
      <translation>Alle Bilder zeigen</translation>
    </message>
    <message>
      <source>By class</source>
      <translation>Nach Klasse</translation>
    </message>
    <message>
      <source>Filter objects by class</source>
      <translation>Objekte nach Klasse filtern</translation>
    </message>
    <message>
      <source>Sort objects</source>
      <translation>Objekte sortieren</translation>
    </message>
    <message>
      <source>No objects yet. Click on something in the image, or drag a box around it.</source>
      <translation>Noch keine Objekte. Klicken Sie etwas im Bild an, oder ziehen Sie einen Rahmen darum.</translation>
    </message>
    <message>
      <source>No object of this image has a class like that.</source>
      <translation>Kein Objekt dieses Bildes hat eine solche Klasse.</translation>
    </message>
    <message>
      <source>Nearest first</source>
      <translation>Vorderste zuerst</translation>
    </message>
    <message>
      <source>Largest first</source>
      <translation>Größte zuerst</translation>
    </message>
    <message>
      <source>Smallest first</source>
      <translation>Kleinste zuerst</translation>
    </message>
    <message>
      <source>Most doubtful first</source>
      <translation>Zweifelhafteste zuerst</translation>
    </message>
    <message>
      <source>Newest first</source>
      <translation>Neueste zuerst</translation>
    </message>
    <message>
      <source>Unfold: {panel}</source>
      <translation>Aufklappen: {panel}</translation>
    </message>
    <message>
      <source>Fold: {panel}</source>
      <translation>Zuklappen: {panel}</translation>
    </message>
    <message>
      <source>Certainty from {value}: {shown} of {all}</source>
      <translation>Sicherheit ab {value}: {shown} von {all}</translation>
    </message>
    <message>
      <source>Proposals</source>
      <translation>Vorschläge</translation>
    </message>
    <message>
      <source>Least predicted IoU</source>
      <translation>Kleinste vorhergesagte IoU</translation>
    </message>
    <message>
      <source>No further proposal is this good. Move the slider to the left.</source>
      <translation>Kein weiterer Vorschlag ist so gut. Den Regler nach links schieben.</translation>
    </message>
    <message>
      <source>Nothing was found from here on in labelled images that were held back.</source>
      <translation>Ab hier wurde in zurückgehaltenen annotierten Bildern nichts gefunden.</translation>
    </message>
    <message>
      <source>From nowhere on more than {percent} were: label more, or look at each.</source>
      <translation>Von nirgends an waren es mehr als {percent}: mehr annotieren oder jeden ansehen.</translation>
    </message>
    <message>
      <source>{name}: too few to say ({count})</source>
      <translation>{name}: zu wenige für eine Aussage ({count})</translation>
    </message>
    <message>
      <source>{name}: {percent} of {count}</source>
      <translation>{name}: {percent} von {count}</translation>
    </message>
    <message>
      <source>Of {count} finds from here on in labelled images nothing can be said: label more.</source>
      <translation>{count} Funde ab hier in annotierten Bildern sagen nichts aus: mehr annotieren.</translation>
    </message>
    <message>
      <source>From here on {percent} of {count} finds in labelled images were right.</source>
      <translation>Ab hier waren {percent} von {count} Funden in annotierten Bildern richtig.</translation>
    </message>
    <message>
      <source>Accept all {count}</source>
      <translation>Alle {count} übernehmen</translation>
    </message>
    <message>
      <source>Right finds from here on, in labelled images that were held back:</source>
      <translation>Richtige Funde ab hier, in zurückgehaltenen annotierten Bildern:</translation>
    </message>
    <message>
      <source>very small</source>
      <translation>sehr klein</translation>
    </message>
    <message>
      <source>reaches outside the image</source>
      <translation>reicht über das Bild hinaus</translation>
    </message>
    <message>
      <source>twice the same</source>
      <translation>zweimal dasselbe</translation>
    </message>
    <message>
      <source>overlaps another one</source>
      <translation>überdeckt ein anderes</translation>
    </message>
    <message>
      <source>the model is unsure</source>
      <translation>das Modell ist unsicher</translation>
    </message>
    <message>
      <source>edge unsure</source>
      <translation>Rand unsicher</translation>
    </message>
    <message>
      <source>two masks fit equally well</source>
      <translation>zwei Masken passen gleich gut</translation>
    </message>
    <message>
      <source>Right</source>
      <translation>Richtig</translation>
    </message>
    <message>
      <source>Wrong</source>
      <translation>Falsch</translation>
    </message>
    <message>
      <source>marked as empty, but has objects</source>
      <translation>als leer markiert, hat aber Objekte</translation>
    </message>
    <message>
      <source>Check all images</source>
      <translation>Alle Bilder prüfen</translation>
    </message>
    <message>
      <source>Checking images</source>
      <translation>Bilder werden geprüft</translation>
    </message>
    <message>
      <source>Finds masks that are tiny, doubled, overlapping or uncertain, the most doubtful first.</source>
      <translation>Findet winzige, doppelte, sich überdeckende oder unsichere Masken, die zweifelhaftesten zuerst.</translation>
    </message>
    <message>
      <source>What was open on this picture is open again.</source>
      <translation>Was auf diesem Bild offen war, ist wieder offen.</translation>
    </message>
    <message>
      <source>What was open was accepted: 1 object.</source>
      <translation>Was offen war, wurde übernommen: 1 Objekt.</translation>
    </message>
    <message>
      <source>What was open was accepted: {n} objects.</source>
      <translation>Was offen war, wurde übernommen: {n} Objekte.</translation>
    </message>
    <message>
      <source>The proposals that were taken away last are back.</source>
      <translation>Die zuletzt weggenommenen Vorschläge sind wieder da.</translation>
    </message>
    <message>
      <source>The refined mask keeps only {percent} % of its object: it waits on {name}.</source>
      <translation>Die verfeinerte Maske behält nur {percent} % ihres Objekts: sie wartet auf {name}.</translation>
    </message>
    <message>
      <source>The mask became another one than you saw when you accepted it: it waits on {name}.</source>
      <translation>Die Maske wurde eine andere als die, die Sie übernommen haben: Sie wartet auf {name}.</translation>
    </message>
    <message>
      <source>1 proposal was dropped with it.</source>
      <translation>1 Vorschlag wurde damit verworfen.</translation>
    </message>
    <message>
      <source>{count} proposals were dropped with it.</source>
      <translation>{count} Vorschläge wurden damit verworfen.</translation>
    </message>
    <message>
      <source>What was open was dropped.</source>
      <translation>Was offen war, wurde verworfen.</translation>
    </message>
    <message>
      <source>A mask became another one than you saw: it opens again after the one you are at.</source>
      <translation>Eine Maske wurde eine andere als die, die Sie sahen: Sie öffnet sich wieder nach der jetzigen.</translation>
    </message>
    <message>
      <source>What is open is kept with {name}.</source>
      <translation>Was offen ist, bleibt bei {name}.</translation>
    </message>
    <message>
      <source>Annotation files</source>
      <translation>Annotationsdateien</translation>
    </message>
    <message>
      <source>Weights</source>
      <translation>Gewichte</translation>
    </message>
    <message>
      <source>Open the folder of the pictures, then drop the file again.</source>
      <translation>Öffnen Sie den Ordner mit den Bildern und legen Sie die Datei dann noch einmal ab.</translation>
    </message>
    <message>
      <source>{name} has labels, and the pictures that they belong to are not open yet.</source>
      <translation>{name} enthält Annotationen, und die Bilder dazu sind noch nicht geöffnet.</translation>
    </message>
    <message>
      <source>Folders, pictures, films, SlimSAM projects, annotation files and weights can.</source>
      <translation>Ordner, Bilder, Filme, SlimSAM-Projekte, Annotationsdateien und Gewichte können es.</translation>
    </message>
    <message>
      <source>{name} cannot be opened here.</source>
      <translation>{name} lässt sich hier nicht öffnen.</translation>
    </message>
    <message>
      <source>Several annotation files were dropped; none of them was imported.</source>
      <translation>Mehrere Dateien mit Annotationen wurden abgelegt; keine wurde importiert.</translation>
    </message>
    <message>
      <source>Drop one, or use File &gt; Import a folder of annotations.</source>
      <translation>Legen Sie eine ab, oder nehmen Sie Datei &gt; Ordner mit Annotationen importieren.</translation>
    </message>
    <message>
      <source>Without objects</source>
      <translation>Ohne Objekte</translation>
    </message>
    <message>
      <source>With objects</source>
      <translation>Mit Objekten</translation>
    </message>
    <message>
      <source>With something left open</source>
      <translation>Mit etwas Offenem</translation>
    </message>
    <message>
      <source>Objects that the model is unsure of</source>
      <translation>Objekte, bei denen das Modell unsicher ist</translation>
    </message>
    <message>
      <source>Tiny objects (below 100 pixels)</source>
      <translation>Winzige Objekte (unter 100 Pixel)</translation>
    </message>
    <message>
      <source>With the class</source>
      <translation>Mit der Klasse</translation>
    </message>
    <message>
      <source>With objects by</source>
      <translation>Mit Objekten von</translation>
    </message>
    <message>
      <source>What a second person said</source>
      <translation>Urteil einer zweiten Person</translation>
    </message>
    <message>
      <source>Nothing was carried over: the images differ in size or rotation.</source>
      <translation>Nichts wurde weitergeführt: Die Bilder unterscheiden sich in Größe oder Drehung.</translation>
    </message>
    <message>
      <source>Nothing was carried over: the images are too far apart or show two scenes.</source>
      <translation>Nichts wurde weitergeführt: Die Bilder liegen zu weit auseinander oder zeigen zwei Szenen.</translation>
    </message>
    <message>
      <source>Stopped at {name}: an object is too doubtful there.</source>
      <translation>Angehalten bei {name}: dort ist ein Objekt zu zweifelhaft.</translation>
    </message>
    <message>
      <source>Stopped at {name}: an object no longer looks as it did in the first image.</source>
      <translation>Angehalten bei {name}: dort sieht ein Objekt nicht mehr aus wie im ersten Bild.</translation>
    </message>
    <message>
      <source>Stopped at {name}: objects of one class met there and cannot be told apart any more.</source>
      <translation>Angehalten bei {name}: dort trafen sich Objekte einer Klasse und sind nicht mehr zu unterscheiden.</translation>
    </message>
    <message>
      <source>Stopped at {name}: no object is left there.</source>
      <translation>Angehalten bei {name}: dort ist kein Objekt mehr.</translation>
    </message>
    <message>
      <source>Stopped before {name}: it differs in size or rotation.</source>
      <translation>Angehalten vor {name}: Größe oder Drehung sind anders.</translation>
    </message>
    <message>
      <source>Stopped before {name}: too far apart or another scene; more frames help.</source>
      <translation>Angehalten vor {name}: zu weit auseinander oder eine andere Szene; mehr Einzelbilder helfen.</translation>
    </message>
    <message>
      <source>Stopped before {name}: it cannot be read.</source>
      <translation>Angehalten vor {name}: es kann nicht gelesen werden.</translation>
    </message>
    <message>
      <source>Stopped before {name}: it is done.</source>
      <translation>Angehalten vor {name}: es ist fertig.</translation>
    </message>
    <message>
      <source>Stopped before {name}: it is checked as empty.</source>
      <translation>Angehalten vor {name}: es ist als leer geprüft.</translation>
    </message>
    <message>
      <source>Stopped before {name}: it has objects already.</source>
      <translation>Angehalten vor {name}: es hat schon Objekte.</translation>
    </message>
    <message>
      <source>Stopped before {name}: it has proposals already.</source>
      <translation>Angehalten vor {name}: es hat schon Vorschläge.</translation>
    </message>
    <message>
      <source>Masks made from boxes: {made} of {count}.</source>
      <translation>Masken aus Rahmen: {made} von {count}.</translation>
    </message>
    <message>
      <source>Proposals to review: {count}, in {images} of {all} images.</source>
      <translation>Vorschläge zu prüfen: {count}, in {images} von {all} Bildern.</translation>
    </message>
    <message>
      <source>A new search takes their place; Backspace brings them back.</source>
      <translation>Eine neue Suche tritt an ihre Stelle; die Rücktaste holt sie zurück.</translation>
    </message>
    <message>
      <source>{count} proposal to review in {name}.</source>
      <translation>{count} Vorschlag zu prüfen in {name}.</translation>
    </message>
    <message>
      <source>{count} proposals to review in {name}.</source>
      <translation>{count} Vorschläge zu prüfen in {name}.</translation>
    </message>
    <message>
      <source>It has {objects} objects in images to learn from; five in three of them are needed.</source>
      <translation>Sie hat {objects} Objekte in Bildern, aus denen gelernt wird; nötig sind fünf in drei davon.</translation>
    </message>
    <message>
      <source>Nothing that looks like it was found in labelled images, or nothing else.</source>
      <translation>In annotierten Bildern wurde nichts gefunden, was ihr ähnlich sieht, oder nichts anderes.</translation>
    </message>
    <message>
      <source>the object was changed meanwhile</source>
      <translation>das Objekt wurde inzwischen geändert</translation>
    </message>
    <message>
      <source>the object is locked</source>
      <translation>das Objekt ist gesperrt</translation>
    </message>
    <message>
      <source>the picture has another size now</source>
      <translation>das Bild hat jetzt eine andere Größe</translation>
    </message>
    <message>
      <source>the box lies outside the picture</source>
      <translation>der Rahmen liegt außerhalb des Bildes</translation>
    </message>
    <message>
      <source>the model sees nothing in the box</source>
      <translation>das Modell sieht nichts im Rahmen</translation>
    </message>
    <message>
      <source>{count} is labelled already.</source>
      <translation>{count} ist schon annotiert.</translation>
    </message>
    <message>
      <source>{count} are labelled already.</source>
      <translation>{count} sind schon annotiert.</translation>
    </message>
    <message>
      <source>Images that could not be read: {count}.</source>
      <translation>Bilder, die nicht gelesen werden konnten: {count}.</translation>
    </message>
    <message>
      <source>{name}: from {bar} on {percent} of {count} finds in held-back images were right.</source>
      <translation>{name}: Ab {bar} waren {percent} von {count} Funden in zurückgehaltenen Bildern richtig.</translation>
    </message>
    <message>
      <source>There is nothing yet to look for.</source>
      <translation>Es gibt noch nichts zu suchen.</translation>
    </message>
    <message>
      <source>1 object carried over to review.</source>
      <translation>1 weitergeführtes Objekt zum Durchsehen.</translation>
    </message>
    <message>
      <source>{count} objects carried over to review.</source>
      <translation>{count} weitergeführte Objekte zum Durchsehen.</translation>
    </message>
    <message>
      <source>Carried into 1 image.</source>
      <translation>In 1 Bild weitergeführt.</translation>
    </message>
    <message>
      <source>Carried into {count} images.</source>
      <translation>In {count} Bilder weitergeführt.</translation>
    </message>
    <message>
      <source>Objects that came to other places from both sides, and are left out: {count}.</source>
      <translation>Objekte, die von beiden Seiten an andere Stellen kamen und weggelassen sind: {count}.</translation>
    </message>
    <message>
      <source>Objects that may be one on both sides, and stay two: {count}.</source>
      <translation>Objekte, die auf beiden Seiten eines sein können und zwei bleiben: {count}.</translation>
    </message>
    <message>
      <source>1 proposal waits in this image.</source>
      <translation>In diesem Bild wartet 1 Vorschlag.</translation>
    </message>
    <message>
      <source>{count} proposals wait in this image.</source>
      <translation>In diesem Bild warten {count} Vorschläge.</translation>
    </message>
    <message>
      <source>Search anew</source>
      <translation>Neu suchen</translation>
    </message>
    <message>
      <source>Nothing was added: proposals came into the image meanwhile.</source>
      <translation>Nichts kam hinzu: Inzwischen kamen Vorschläge in das Bild.</translation>
    </message>
    <message>
      <source>{count} less certain one is hidden: move the slider of the proposals.</source>
      <translation>{count} weniger sicherer ist verborgen: Regler der Vorschläge bewegen.</translation>
    </message>
    <message>
      <source>{count} less certain ones are hidden: move the slider of the proposals.</source>
      <translation>{count} weniger sichere sind verborgen: Regler der Vorschläge bewegen.</translation>
    </message>
    <message>
      <source>Only {right} of {count} finds in held-back images were right: label more.</source>
      <translation>Nur {right} von {count} Funden in zurückgehaltenen Bildern waren richtig: mehr annotieren.</translation>
    </message>
    <message>
      <source>Nothing was found in held-back images: label more.</source>
      <translation>In zurückgehaltenen Bildern wurde nichts gefunden: mehr annotieren.</translation>
    </message>
    <message>
      <source>There are no imported boxes without a mask.</source>
      <translation>Es gibt keine importierten Rahmen ohne Maske.</translation>
    </message>
    <message>
      <source>Start it again to go on.</source>
      <translation>Zum Fortsetzen noch einmal starten.</translation>
    </message>
    <message>
      <source>There is no image to look at.</source>
      <translation>Es gibt kein Bild durchzusehen.</translation>
    </message>
    <message>
      <source>All are done, or have proposals already.</source>
      <translation>Alle sind fertig oder haben schon Vorschläge.</translation>
    </message>
    <message>
      <source>There is no unlabelled image left that is not done.</source>
      <translation>Alle Bilder sind annotiert oder fertig.</translation>
    </message>
    <message>
      <source>The most telling one of {count} images.</source>
      <translation>Das aufschlussreichste von {count} Bildern.</translation>
    </message>
    <message>
      <source>There is no image to look at: all are labelled, done, or have proposals already.</source>
      <translation>Es gibt kein Bild anzusehen: alle sind annotiert, fertig oder haben schon Vorschläge.</translation>
    </message>
    <message>
      <source>Images that open without waiting: {count}.</source>
      <translation>Bilder, die ohne Warten öffnen: {count}.</translation>
    </message>
    <message>
      <source>{count} is too doubtful.</source>
      <translation>{count} ist zu zweifelhaft.</translation>
    </message>
    <message>
      <source>{count} are too doubtful.</source>
      <translation>{count} sind zu zweifelhaft.</translation>
    </message>
    <message>
      <source>{count} left the image.</source>
      <translation>{count} nicht mehr im Bild.</translation>
    </message>
    <message>
      <source>No object was carried over.</source>
      <translation>Kein Objekt wurde weitergeführt.</translation>
    </message>
    <message>
      <source>{count} object was already labelled.</source>
      <translation>{count} Objekt war schon annotiert.</translation>
    </message>
    <message>
      <source>{count} objects were already labelled.</source>
      <translation>{count} Objekte waren schon annotiert.</translation>
    </message>
    <message>
      <source>A larger model sees more: Model &gt; Models…</source>
      <translation>Ein größeres Modell sieht mehr: Modell &gt; Modelle …</translation>
    </message>
    <message>
      <source>Nothing new was found.</source>
      <translation>Nichts Neues gefunden.</translation>
    </message>
    <message>
      <source>not yet.</source>
      <translation>noch nicht.</translation>
    </message>
    <message>
      <source>{count} proposal to review.</source>
      <translation>{count} Vorschlag zu prüfen.</translation>
    </message>
    <message>
      <source>{count} proposals to review.</source>
      <translation>{count} Vorschläge zu prüfen.</translation>
    </message>
    <message>
      <source>The most telling image is {name}.</source>
      <translation>Das aufschlussreichste Bild ist {name}.</translation>
    </message>
    <message>
      <source>SlimSAM projects</source>
      <translation>SlimSAM-Projekte</translation>
    </message>
    <message>
      <source>Recent</source>
      <translation>Zuletzt benutzt</translation>
    </message>
    <message>
      <source>Kept in memory, not saved yet ({count}): {reason}</source>
      <translation>Nur im Speicher, noch nicht gespeichert ({count}): {reason}</translation>
    </message>
    <message>
      <source>They are written as soon as that is possible. Ctrl+S tries now.</source>
      <translation>Sie werden geschrieben, sobald das möglich ist. Strg+S versucht es sofort.</translation>
    </message>
    <message>
      <source>Not saved</source>
      <translation>Nicht gespeichert</translation>
    </message>
    <message>
      <source>Take proposals away</source>
      <translation>Vorschläge wegnehmen</translation>
    </message>
    <message>
      <source>Changes that could not be written to the project and will be lost: {count}.</source>
      <translation>Änderungen, die nicht ins Projekt geschrieben werden konnten und verloren gehen: {count}.</translation>
    </message>
    <message>
      <source>Opening {name} …</source>
      <translation>{name} wird geöffnet …</translation>
    </message>
    <message>
      <source>Main tool bar</source>
      <translation>Hauptleiste</translation>
    </message>
    <message>
      <source>Tools</source>
      <translation>Werkzeuge</translation>
    </message>
    <message>
      <source>More: what finds no room in the bar</source>
      <translation>Mehr: was in der Leiste keinen Platz hat</translation>
    </message>
    <message>
      <source>Loading the model …</source>
      <translation>Modell wird geladen …</translation>
    </message>
    <message>
      <source>Looking at the image …</source>
      <translation>Bild wird betrachtet …</translation>
    </message>
    <message>
      <source>Preparing the next image …</source>
      <translation>Nächstes Bild wird vorbereitet …</translation>
    </message>
    <message>
      <source>The device or runtime of the settings cannot be used here; the model runs on {runtime}.</source>
      <translation>Gerät oder Laufzeit aus den Einstellungen sind hier nicht nutzbar; das Modell rechnet mit {runtime}.</translation>
    </message>
    <message>
      <source>F2 &gt; Model has what this machine offers.</source>
      <translation>F2 &gt; Modell zeigt, was dieser Rechner bietet.</translation>
    </message>
    <message>
      <source>The model that was chosen is not installed any more; “{name}” is used.</source>
      <translation>Das gewählte Modell ist nicht mehr installiert; benutzt wird „{name}“.</translation>
    </message>
    <message>
      <source>No model</source>
      <translation>Kein Modell</translation>
    </message>
    <message>
      <source>Model &gt; Models… has what there is.</source>
      <translation>Modell &gt; Modelle … zeigt, was es gibt.</translation>
    </message>
    <message>
      <source>All objects are hidden, new ones too.</source>
      <translation>Alle Objekte sind ausgeblendet, auch neue.</translation>
    </message>
    <message>
      <source>They are in the project when they are imported, which can be undone.</source>
      <translation>Im Projekt sind sie erst, wenn sie importiert werden; das lässt sich rückgängig machen.</translation>
    </message>
    <message>
      <source>The bundled model is in use. SlimSAM's own weights are more accurate.</source>
      <translation>Das mitgelieferte Modell ist in Gebrauch. Die eigenen Gewichte von SlimSAM sind genauer.</translation>
    </message>
    <message>
      <source>Entries of the folder that were left out: {count}.</source>
      <translation>Ausgelassene Einträge des Ordners: {count}.</translation>
    </message>
    <message>
      <source>Import them</source>
      <translation>Importieren</translation>
    </message>
    <message>
      <source>Show the list…</source>
      <translation>Liste zeigen …</translation>
    </message>
    <message>
      <source>Show them</source>
      <translation>Zeigen</translation>
    </message>
    <message>
      <source>Annotations lie beside these pictures: {format}.</source>
      <translation>Neben diesen Bildern liegen Annotationen: {format}.</translation>
    </message>
    <message>
      <source>Nothing is left of {name} – Del removes the object, Esc goes back</source>
      <translation>Von {name} bleibt nichts – Entf entfernt das Objekt, Esc geht zurück</translation>
    </message>
    <message>
      <source>Most of {name} would be gone – Enter again keeps this, Esc goes back</source>
      <translation>Das meiste von {name} wäre weg – noch einmal Enter behält das, Esc geht zurück</translation>
    </message>
    <message>
      <source>This is another mask than the one you saw – Enter again keeps it, Esc drops it</source>
      <translation>Das ist eine andere Maske als die, die Sie sahen – noch einmal Enter behält sie, Esc verwirft sie</translation>
    </message>
    <message>
      <source>The model looks at the framed part alone: Z ends it.</source>
      <translation>Das Modell sieht nur den umrahmten Teil: Z beendet das.</translation>
    </message>
    <message>
      <source>Painting {name} – Enter or N ends it</source>
      <translation>{name} wird gemalt – Enter oder N beendet es</translation>
    </message>
    <message>
      <source>{name} – Enter accepts, Esc drops it</source>
      <translation>{name} – Enter übernimmt, Esc verwirft</translation>
    </message>
    <message>
      <source>First look at {name}, the model looks closer – Enter waits for it</source>
      <translation>Erster Blick auf {name}, das Modell sieht genauer hin – Enter wartet darauf</translation>
    </message>
    <message>
      <source>Refining {name} – Enter keeps, Esc goes back</source>
      <translation>{name} wird verfeinert – Enter behält, Esc geht zurück</translation>
    </message>
    <message>
      <source>Enter takes this class, a class key another one</source>
      <translation>Enter nimmt diese Klasse, eine Klassentaste eine andere</translation>
    </message>
    <message>
      <source>Enter is carried out when the mask is ready – Ctrl+Z takes it back</source>
      <translation>Enter gilt, sobald die Maske fertig ist – Strg+Z nimmt es zurück</translation>
    </message>
    <message>
      <source>SlimSAM did not end by itself last time: it goes on where it was.</source>
      <translation>SlimSAM wurde zuletzt nicht beendet: Es geht weiter, wo es war.</translation>
    </message>
    <message>
      <source>No model loaded</source>
      <translation>Kein Modell geladen</translation>
    </message>
    <message>
      <source>What is going on, or what the tool does</source>
      <translation>Was gerade geschieht, oder was das Werkzeug tut</translation>
    </message>
    <message>
      <source>Time to encode the image</source>
      <translation>Zeit, das Bild zu kodieren</translation>
    </message>
    <message>
      <source>Time from a click to its masks</source>
      <translation>Zeit vom Klick bis zu den Masken</translation>
    </message>
    <message>
      <source>Pixel under the pointer, and its colour</source>
      <translation>Pixel unter dem Zeiger und seine Farbe</translation>
    </message>
    <message>
      <source>Size of the image</source>
      <translation>Größe des Bildes</translation>
    </message>
    <message>
      <source>Zoom</source>
      <translation>Vergrößerung</translation>
    </message>
    <message>
      <source>How often the suggested class was right</source>
      <translation>Wie oft die vorgeschlagene Klasse richtig war</translation>
    </message>
    <message>
      <source>Who works on this project</source>
      <translation>Wer an diesem Projekt arbeitet</translation>
    </message>
    <message>
      <source>Of the last {objects} objects {offered} had a class suggested, the right one {right} times; {left} were left to you.</source>
      <translation>Von den letzten {objects} Objekten bekamen {offered} eine Klasse vorgeschlagen, {right}-mal die richtige; {left} blieben Ihnen überlassen.</translation>
    </message>
    <message>
      <source>classes {percent}</source>
      <translation>Klassen {percent}</translation>
    </message>
    <message>
      <source>Compressing …</source>
      <translation>Wird verkleinert …</translation>
    </message>
    <message>
      <source>Work in the background</source>
      <translation>Arbeit im Hintergrund</translation>
    </message>
    <message>
      <source>A model is being made smaller: show the run</source>
      <translation>Ein Modell wird verkleinert: den Lauf zeigen</translation>
    </message>
    <message>
      <source>Pause</source>
      <translation>Anhalten</translation>
    </message>
    <message>
      <source>added: {count}</source>
      <translation>hinzugekommen: {count}</translation>
    </message>
    <message>
      <source>taken as changed there: {count}</source>
      <translation>übernommen, wie dort geändert: {count}</translation>
    </message>
    <message>
      <source>the same here: {count}</source>
      <translation>hier gleich: {count}</translation>
    </message>
    <message>
      <source>older than here: {count}</source>
      <translation>älter als hier: {count}</translation>
    </message>
    <message>
      <source>in conflict: {count}</source>
      <translation>im Konflikt: {count}</translation>
    </message>
    <message>
      <source>not taken: {count}</source>
      <translation>nicht übernommen: {count}</translation>
    </message>
    <message>
      <source>The image in {source} is another one. Objects not taken: {objects}</source>
      <translation>Das Bild in {source} ist ein anderes. Nicht übernommene Objekte: {objects}</translation>
    </message>
    <message>
      <source>Masks of {source} that have another size than the image, not taken: {objects}</source>
      <translation>Masken von {source} in anderer Größe als das Bild, nicht übernommen: {objects}</translation>
    </message>
    <message>
      <source>The class was renamed on both sides, or to a name that is taken: it is as it was here</source>
      <translation>Die Klasse wurde auf beiden Seiten umbenannt oder bekam einen vergebenen Namen: sie ist, wie sie hier war</translation>
    </message>
    <message>
      <source>The class was deleted here and is back, as objects of {source} have it</source>
      <translation>Die Klasse war hier gelöscht und ist wieder da, weil Objekte von {source} sie haben</translation>
    </message>
    <message>
      <source>The class was deleted in {source} and stays, as objects here have it: {objects}</source>
      <translation>Die Klasse wurde in {source} gelöscht und bleibt, weil Objekte hier sie haben: {objects}</translation>
    </message>
    <message>
      <source>The image was removed on one side and is there, as work is in it ({source})</source>
      <translation>Das Bild wurde auf einer Seite entfernt und ist da, weil Arbeit darin steckt ({source})</translation>
    </message>
    <message>
      <source>Another image has its place. Objects of {source} not taken: {objects}</source>
      <translation>Ein anderes Bild hat seinen Platz. Nicht übernommene Objekte von {source}: {objects}</translation>
    </message>
    <message>
      <source>The object is twice in {source}: one was not taken</source>
      <translation>Das Objekt ist zweimal in {source}: eines wurde nicht übernommen</translation>
    </message>
    <message>
      <source>New images of {source} lie in this folder: agree to it, or open the folder that has them</source>
      <translation>Neue Bilder von {source} liegen in diesem Ordner: stimmen Sie ihm zu, oder öffnen Sie den Ordner, der sie hat</translation>
    </message>
    <message>
      <source>New images of {source} were put into this folder</source>
      <translation>Neue Bilder von {source} wurden in diesen Ordner gelegt</translation>
    </message>
    <message>
      <source>The class was left out as you chose. Objects of {source} not taken: {objects}</source>
      <translation>Die Klasse wurde weggelassen, wie Sie es gewählt haben. Nicht übernommene Objekte von {source}: {objects}</translation>
    </message>
    <message>
      <source>{count} part was written.</source>
      <translation>{count} Teil wurde geschrieben.</translation>
    </message>
    <message>
      <source>{count} parts were written.</source>
      <translation>{count} Teile wurden geschrieben.</translation>
    </message>
    <message>
      <source>Nothing was new: the project is as it was.</source>
      <translation>Nichts war neu: das Projekt ist, wie es war.</translation>
    </message>
    <message>
      <source>new: {count}</source>
      <translation>neu: {count}</translation>
    </message>
    <message>
      <source>changed: {count}</source>
      <translation>geändert: {count}</translation>
    </message>
    <message>
      <source>as before: {count}</source>
      <translation>wie vorher: {count}</translation>
    </message>
    <message>
      <source>deleted here, as there: {count}</source>
      <translation>hier wie dort gelöscht: {count}</translation>
    </message>
    <message>
      <source>Objects deleted, as they were deleted elsewhere: {count}</source>
      <translation>Gelöschte Objekte, weil sie anderswo gelöscht wurden: {count}</translation>
    </message>
    <message>
      <source>Images added: {count}</source>
      <translation>Hinzugekommene Bilder: {count}</translation>
    </message>
    <message>
      <source>Images removed, as they were removed elsewhere: {count}</source>
      <translation>Entfernte Bilder, weil sie anderswo entfernt wurden: {count}</translation>
    </message>
    <message>
      <source>Images of which different things are said: {count}</source>
      <translation>Bilder, von denen Verschiedenes gesagt wird: {count}</translation>
    </message>
    <message>
      <source>Classes added: {count}</source>
      <translation>Hinzugekommene Klassen: {count}</translation>
    </message>
    <message>
      <source>Images with objects by several people: {count}</source>
      <translation>Bilder mit Objekten von mehreren Personen: {count}</translation>
    </message>
    <message>
      <source>{name} · images: {images}, shared: {shared}, objects: {objects}</source>
      <translation>{name} · Bilder: {images}, geteilt: {shared}, Objekte: {objects}</translation>
    </message>
    <message>
      <source>Its file is missing</source>
      <translation>Seine Datei fehlt</translation>
    </message>
    <message>
      <source>Merged. {count} thing waits for a decision.</source>
      <translation>Zusammengeführt. {count} Sache wartet auf eine Entscheidung.</translation>
    </message>
    <message>
      <source>Merged. {count} things wait for a decision.</source>
      <translation>Zusammengeführt. {count} Dinge warten auf eine Entscheidung.</translation>
    </message>
    <message>
      <source>Merged. Nothing waits for a decision.</source>
      <translation>Zusammengeführt. Nichts wartet auf eine Entscheidung.</translation>
    </message>
    <message>
      <source>Of {total} objects: {told}</source>
      <translation>Von {total} Objekten: {told}</translation>
    </message>
    <message>
      <source>Picture files that are missing in them: {count}.</source>
      <translation>Bilddateien, die darin fehlen: {count}.</translation>
    </message>
    <message>
      <source>Merged. {count} image has objects by several people.</source>
      <translation>Zusammengeführt. {count} Bild hat Objekte von mehreren Personen.</translation>
    </message>
    <message>
      <source>Merged. {count} images have objects by several people.</source>
      <translation>Zusammengeführt. {count} Bilder haben Objekte von mehreren Personen.</translation>
    </message>
    <message>
      <source>Further notes: {count}</source>
      <translation>Weitere Hinweise: {count}</translation>
    </message>
    <message>
      <source>Your name tells your objects from theirs. It is asked only once.</source>
      <translation>Ihr Name unterscheidet Ihre Objekte von denen der anderen. Gefragt wird nur einmal.</translation>
    </message>
    <message>
      <source>Save as a page</source>
      <translation>Als Seite speichern</translation>
    </message>
    <message>
      <source>The page is written.</source>
      <translation>Die Seite ist geschrieben.</translation>
    </message>
    <message>
      <source>Say my name…</source>
      <translation>Meinen Namen sagen …</translation>
    </message>
    <message>
      <source>{count} image was fixed and waits for a second look.</source>
      <translation>{count} Bild wurde behoben und wartet auf einen zweiten Blick.</translation>
    </message>
    <message>
      <source>{count} images were fixed and wait for a second look.</source>
      <translation>{count} Bilder wurden behoben und warten auf einen zweiten Blick.</translation>
    </message>
    <message>
      <source>Decide…</source>
      <translation>Entscheiden …</translation>
    </message>
    <message>
      <source>Compared: {names}.</source>
      <translation>Verglichen: {names}.</translation>
    </message>
    <message>
      <source>Images that several people labelled: {count}.</source>
      <translation>Bilder, die mehrere annotiert haben: {count}.</translation>
    </message>
    <message>
      <source>Show…</source>
      <translation>Zeigen …</translation>
    </message>
    <message>
      <source>Web page</source>
      <translation>Webseite</translation>
    </message>
    <message>
      <source>Open it</source>
      <translation>Öffnen</translation>
    </message>
    <message>
      <source>Details…</source>
      <translation>Details …</translation>
    </message>
    <message>
      <source>Others have objects in this project: {names}. Who are you?</source>
      <translation>Andere haben Objekte in diesem Projekt: {names}. Wer sind Sie?</translation>
    </message>
    <message>
      <source>Time line</source>
      <translation>Zeitleiste</translation>
    </message>
    <message>
      <source>labelled</source>
      <translation>annotiert</translation>
    </message>
    <message>
      <source>something waits to be accepted</source>
      <translation>etwas wartet darauf, übernommen zu werden</translation>
    </message>
    <message>
      <source>{name}: {number} of {count}</source>
      <translation>{name}: {number} von {count}</translation>
    </message>
    <message>
      <source>Check an annotation file</source>
      <translation>Annotationsdatei prüfen</translation>
    </message>
    <message>
      <source>Export this image</source>
      <translation>Dieses Bild exportieren</translation>
    </message>
    <message>
      <source>Make masks of the boxes</source>
      <translation>Masken aus den Rahmen machen</translation>
    </message>
    <message>
      <source>Imported {name}</source>
      <translation>{name} importiert</translation>
    </message>
    <message>
      <source>Check the file…</source>
      <translation>Datei prüfen …</translation>
    </message>
    <message>
      <source>Exported to {path}</source>
      <translation>Exportiert nach {path}</translation>
    </message>
    <message>
      <source>Exported {count} files to {path}</source>
      <translation>{count} Dateien nach {path} exportiert</translation>
    </message>
    <message>
      <source>Nothing of {name} could be imported, and nothing was changed.</source>
      <translation>Aus {name} konnte nichts importiert werden, und nichts wurde geändert.</translation>
    </message>
    <message>
      <source>All objects of {name} are in the project already.</source>
      <translation>Alle Objekte aus {name} sind schon im Projekt.</translation>
    </message>
    <message>
      <source>Exported {name}</source>
      <translation>{name} exportiert</translation>
    </message>
    <message>
      <source>{count} object is in the project already.</source>
      <translation>{count} Objekt ist schon im Projekt.</translation>
    </message>
    <message>
      <source>{count} objects are in the project already.</source>
      <translation>{count} Objekte sind schon im Projekt.</translation>
    </message>
    <message>
      <source>{count} more like this</source>
      <translation>{count} weitere dieser Art</translation>
    </message>
    <message>
      <source>Only the selected objects</source>
      <translation>Nur die gewählten Objekte</translation>
    </message>
    <message>
      <source>Rulers</source>
      <translation>Lineale</translation>
    </message>
    <message>
      <source>Brightness</source>
      <translation>Helligkeit</translation>
    </message>
    <message>
      <source>Contrast</source>
      <translation>Kontrast</translation>
    </message>
    <message>
      <source>Gamma</source>
      <translation>Gamma</translation>
    </message>
    <message>
      <source>Welcome</source>
      <translation>Willkommen</translation>
    </message>
    <message>
      <source>Label images with a click</source>
      <translation>Bilder mit einem Klick annotieren</translation>
    </message>
    <message>
      <source>Open a folder of photographs, click on a thing, and its outline is found for you.</source>
      <translation>Öffnen Sie einen Ordner mit Fotos, klicken Sie etwas an, und sein Umriss wird gefunden.</translation>
    </message>
    <message>
      <source>Or drop images, a folder or a project anywhere in this window.</source>
      <translation>Oder ziehen Sie Bilder, einen Ordner oder ein Projekt in dieses Fenster.</translation>
    </message>
    <message>
      <source>read-only</source>
      <translation>schreibgeschützt</translation>
    </message>
    <message>
      <source>first frame of several</source>
      <translation>erstes von mehreren Bildern</translation>
    </message>
    <message>
      <source>transparent parts as stored</source>
      <translation>durchsichtige Teile wie gespeichert</translation>
    </message>
    <message>
      <source>This picture has transparent parts: they are shown as stored, as the model sees them.</source>
      <translation>Dieses Bild hat durchsichtige Teile: sie werden gezeigt, wie sie gespeichert sind und das Modell sie sieht.</translation>
    </message>
    <message>
      <source>Black at {value}</source>
      <translation>Schwarz bei {value}</translation>
    </message>
    <message>
      <source>White at {value}</source>
      <translation>Weiß bei {value}</translation>
    </message>
    <message>
      <source>Black at</source>
      <translation>Schwarz bei</translation>
    </message>
    <message>
      <source>White at</source>
      <translation>Weiß bei</translation>
    </message>
    <message>
      <source>On the screen alone, and kept for the next images; Reset: by each image.</source>
      <translation>Nur auf dem Bildschirm, und für die nächsten Bilder; Zurücksetzen: nach jedem Bild.</translation>
    </message>
    <message>
      <source>disturbed Taylor (SlimSAM)</source>
      <translation>gestörtem Taylor (SlimSAM)</translation>
    </message>
    <message>
      <source>Taylor</source>
      <translation>Taylor</translation>
    </message>
    <message>
      <source>magnitude</source>
      <translation>Betrag</translation>
    </message>
    <message>
      <source>Taylor (as published)</source>
      <translation>Taylor (wie veröffentlicht)</translation>
    </message>
    <message>
      <source>Hessian (diagonal)</source>
      <translation>Hesse (Diagonale)</translation>
    </message>
    <message>
      <source>chance</source>
      <translation>Zufall</translation>
    </message>
    <message>
      <source>none: begin with random weights</source>
      <translation>gar nicht: mit Zufallsgewichten beginnen</translation>
    </message>
    <message>
      <source>nothing yet</source>
      <translation>noch nichts</translation>
    </message>
    <message>
      <source>How small shall it be?</source>
      <translation>Wie klein soll es werden?</translation>
    </message>
    <message>
      <source>The more channels go, the faster it is, and the more it has to learn again.</source>
      <translation>Je mehr Kanäle wegfallen, desto schneller ist es, und desto mehr muss es neu lernen.</translation>
    </message>
    <message>
      <source>Share of the channels that go</source>
      <translation>Anteil der Kanäle, die wegfallen</translation>
    </message>
    <message>
      <source>Quick look</source>
      <translation>Kurzer Versuch</translation>
    </message>
    <message>
      <source>From a sweep…</source>
      <translation>Aus einer Versuchsreihe …</translation>
    </message>
    <message>
      <source>Show the curve of a sweep that was made in a shell, and choose a point of it</source>
      <translation>Die Kurve einer Versuchsreihe zeigen, die in einer Shell gemacht wurde, und einen Punkt davon wählen</translation>
    </message>
    <message>
      <source>The folder of a sweep</source>
      <translation>Der Ordner einer Versuchsreihe</translation>
    </message>
    <message>
      <source>Advanced</source>
      <translation>Weitere Einstellungen</translation>
    </message>
    <message>
      <source>Rank the channels by</source>
      <translation>Kanäle ordnen nach</translation>
    </message>
    <message>
      <source>Compare them</source>
      <translation>Vergleichen</translation>
    </message>
    <message>
      <source>Computes on</source>
      <translation>Rechnet auf</translation>
    </message>
    <message>
      <source>Epochs of a stage</source>
      <translation>Epochen je Stufe</translation>
    </message>
    <message>
      <source>Pictures a batch</source>
      <translation>Bilder je Stapel</translation>
    </message>
    <message>
      <source>Seed</source>
      <translation>Startwert</translation>
    </message>
    <message>
      <source>Learning rate</source>
      <translation>Lernrate</translation>
    </message>
    <message>
      <source>What is left is spent block by block.</source>
      <translation>Was übrig ist, wird Block für Block ausgegeben.</translation>
    </message>
    <message>
      <source>not measured</source>
      <translation>nicht gemessen</translation>
    </message>
    <message>
      <source>Channels that go</source>
      <translation>Kanäle, die wegfallen</translation>
    </message>
    <message>
      <source>File</source>
      <translation>Datei</translation>
    </message>
    <message>
      <source>Encode a picture</source>
      <translation>Ein Bild kodieren</translation>
    </message>
    <message>
      <source>The run takes</source>
      <translation>Der Lauf dauert</translation>
    </message>
    <message>
      <source>in each layer</source>
      <translation>in jeder Schicht</translation>
    </message>
    <message>
      <source>over all layers</source>
      <translation>über alle Schichten</translation>
    </message>
    <message>
      <source>over layers of one build</source>
      <translation>über gleich gebaute Schichten</translation>
    </message>
    <message>
      <source>over all layers, by what they cost</source>
      <translation>über alle Schichten, nach ihren Kosten</translation>
    </message>
    <message>
      <source>automatic</source>
      <translation>automatisch</translation>
    </message>
    <message>
      <source>on the CPU, with the verdict</source>
      <translation>auf der CPU, mit Urteil</translation>
    </message>
    <message>
      <source>on the GPU, with the verdict</source>
      <translation>auf der GPU, mit Urteil</translation>
    </message>
    <message>
      <source>in PyTorch, now {value}</source>
      <translation>in PyTorch, jetzt {value}</translation>
    </message>
    <message>
      <source>being measured</source>
      <translation>wird gemessen</translation>
    </message>
    <message>
      <source>now {value}</source>
      <translation>jetzt {value}</translation>
    </message>
    <message>
      <source>another window works on it</source>
      <translation>ein anderes Fenster arbeitet daran</translation>
    </message>
    <message>
      <source>Delete a run</source>
      <translation>Lauf löschen</translation>
    </message>
    <message>
      <source>Do not start it</source>
      <translation>Nicht beginnen</translation>
    </message>
    <message>
      <source>Go on with it</source>
      <translation>Fortsetzen</translation>
    </message>
    <message>
      <source>What it has learnt goes with it. There is no undo. Models that were taken into use stay.</source>
      <translation>Was er gelernt hat, geht mit ihm verloren. Das lässt sich nicht rückgängig machen. Modelle, die schon in Gebrauch sind, bleiben.</translation>
    </message>
    <message>
      <source>Other runs</source>
      <translation>Andere Läufe</translation>
    </message>
    <message>
      <source>Delete the run {name}?</source>
      <translation>Den Lauf {name} löschen?</translation>
    </message>
    <message>
      <source>Adapt it to your labels first?</source>
      <translation>Erst an Ihre Annotationen anpassen?</translation>
    </message>
    <message>
      <source>Optional. The model learns from the objects you accepted, then it is made smaller. Some labelled images are kept aside, so that the verdict stays honest.</source>
      <translation>Freiwillig. Das Modell lernt aus den Objekten, die Sie übernommen haben, dann wird es verkleinert. Einige Bilder bleiben zurück, damit das Urteil ehrlich ist.</translation>
    </message>
    <message>
      <source>Adapt to my labels first</source>
      <translation>Erst an meine Annotationen anpassen</translation>
    </message>
    <message>
      <source>The decoder (fast)</source>
      <translation>Den Dekodierer (schnell)</translation>
    </message>
    <message>
      <source>The whole model (slower, learns more)</source>
      <translation>Das ganze Modell (langsamer, lernt mehr)</translation>
    </message>
    <message>
      <source>Steps</source>
      <translation>Schritte</translation>
    </message>
    <message>
      <source>No project is open, so there are no labels to adapt to.</source>
      <translation>Kein Projekt ist offen; es gibt keine Annotationen zum Anpassen.</translation>
    </message>
    <message>
      <source>Your project has {objects} labelled objects on {images} images.</source>
      <translation>Ihr Projekt hat {objects} Objekte auf {images} Bildern.</translation>
    </message>
    <message>
      <source>Which model shall become smaller?</source>
      <translation>Welches Modell soll kleiner werden?</translation>
    </message>
    <message>
      <source>It is only read: the smaller one becomes a model of its own.</source>
      <translation>Es wird nur gelesen: das kleinere wird ein eigenes Modell.</translation>
    </message>
    <message>
      <source>Measured on this machine, image of 1024×768</source>
      <translation>Gemessen auf diesem Rechner, Bild von 1024×768</translation>
    </message>
    <message>
      <source>{name}: {time} to encode a picture here, with {engine}.</source>
      <translation>{name}: {time}, um hier ein Bild zu kodieren, mit {engine}.</translation>
    </message>
    <message>
      <source>Looking at the models …</source>
      <translation>Die Modelle werden angesehen …</translation>
    </message>
    <message>
      <source>Its speed was not measured on this machine yet.</source>
      <translation>Seine Geschwindigkeit wurde hier noch nicht gemessen.</translation>
    </message>
    <message>
      <source>Pictures with the masks of teacher and student</source>
      <translation>Bilder mit den Masken von Lehrer und Schüler</translation>
    </message>
    <message>
      <source>The images of this project</source>
      <translation>Die Bilder dieses Projekts</translation>
    </message>
    <message>
      <source>Which pictures shall it learn from?</source>
      <translation>Aus welchen Bildern soll es lernen?</translation>
    </message>
    <message>
      <source>Pictures like those you label. They need no labels, and they stay on this machine.</source>
      <translation>Bilder wie die, die Sie annotieren. Sie brauchen keine Annotationen und bleiben auf diesem Rechner.</translation>
    </message>
    <message>
      <source>Further folders</source>
      <translation>Weitere Ordner</translation>
    </message>
    <message>
      <source>Some of them</source>
      <translation>Einige davon</translation>
    </message>
    <message>
      <source>Add a folder…</source>
      <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Entfernen</translation>
    </message>
    <message>
      <source>Learn from at most</source>
      <translation>Lernen aus höchstens</translation>
    </message>
    <message>
      <source>Add a folder</source>
      <translation>Ordner hinzufügen</translation>
    </message>
    <message>
      <source>Pictures</source>
      <translation>Bilder</translation>
    </message>
    <message>
      <source>For scoring</source>
      <translation>Zum Ordnen</translation>
    </message>
    <message>
      <source>For learning</source>
      <translation>Zum Lernen</translation>
    </message>
    <message>
      <source>Counting the pictures …</source>
      <translation>Die Bilder werden gezählt …</translation>
    </message>
    <message>
      <source>Kept for judging</source>
      <translation>Zum Urteilen zurückgehalten</translation>
    </message>
    <message>
      <source>found</source>
      <translation>gefunden</translation>
    </message>
    <message>
      <source>rank the channels</source>
      <translation>ordnen die Kanäle</translation>
    </message>
    <message>
      <source>teach the small model</source>
      <translation>lehren das kleine Modell</translation>
    </message>
    <message>
      <source>never learned from</source>
      <translation>daraus wird nie gelernt</translation>
    </message>
    <message>
      <source>stages done</source>
      <translation>fertige Stufen</translation>
    </message>
    <message>
      <source>Making it smaller</source>
      <translation>Es wird kleiner</translation>
    </message>
    <message>
      <source>Progress</source>
      <translation>Fortschritt</translation>
    </message>
    <message>
      <source>Loss</source>
      <translation>Verlust</translation>
    </message>
    <message>
      <source>Difference from the teacher, kept pictures</source>
      <translation>Abstand zum Lehrer, zurückgehaltene Bilder</translation>
    </message>
    <message>
      <source>You can go on labelling meanwhile: clicks come first.</source>
      <translation>Sie können weiterarbeiten: Klicks haben Vorrang.</translation>
    </message>
    <message>
      <source>Cancel the run</source>
      <translation>Lauf abbrechen</translation>
    </message>
    <message>
      <source>of the whole program</source>
      <translation>des ganzen Programms</translation>
    </message>
    <message>
      <source>on the GPU</source>
      <translation>auf der GPU</translation>
    </message>
    <message>
      <source>The run was cancelled.</source>
      <translation>Der Lauf wurde abgebrochen.</translation>
    </message>
    <message>
      <source>What it learned so far is kept; it stands below, under other runs.</source>
      <translation>Was er bisher gelernt hat, bleibt; er steht unten bei den anderen Läufen.</translation>
    </message>
    <message>
      <source>Pictures a second</source>
      <translation>Bilder je Sekunde</translation>
    </message>
    <message>
      <source>Time left</source>
      <translation>Restzeit</translation>
    </message>
    <message>
      <source>Teacher</source>
      <translation>Lehrer</translation>
    </message>
    <message>
      <source>Student</source>
      <translation>Schüler</translation>
    </message>
    <message>
      <source>Nothing is lost meanwhile.</source>
      <translation>Dabei geht nichts verloren.</translation>
    </message>
    <message>
      <source>Try again</source>
      <translation>Noch einmal</translation>
    </message>
    <message>
      <source>Memory</source>
      <translation>Speicher</translation>
    </message>
    <message>
      <source>Nothing runs right now.</source>
      <translation>Gerade läuft nichts.</translation>
    </message>
    <message>
      <source>learned from</source>
      <translation>zum Lernen</translation>
    </message>
    <message>
      <source>{name} can go on: these are its curves so far.</source>
      <translation>{name} kann weitergehen: Das sind seine Kurven bis jetzt.</translation>
    </message>
    <message>
      <source>of adapting</source>
      <translation>fürs Anpassen</translation>
    </message>
    <message>
      <source>to the verdict</source>
      <translation>bis zum Urteil</translation>
    </message>
    <message>
      <source>{name}: the masks overlap by {iou}</source>
      <translation>{name}: die Masken überdecken sich zu {iou}</translation>
    </message>
    <message>
      <source>Teacher: {teacher}. What is joined is beaten by nothing that costs less.</source>
      <translation>Lehrer: {teacher}. Was verbunden ist, wird von nichts Billigerem übertroffen.</translation>
    </message>
    <message>
      <source>Choose from a sweep</source>
      <translation>Aus einer Versuchsreihe wählen</translation>
    </message>
    <message>
      <source>IoU after one click</source>
      <translation>IoU nach einem Klick</translation>
    </message>
    <message>
      <source>Alignment error (less is better)</source>
      <translation>Abweichung vom Lehrer (weniger ist besser)</translation>
    </message>
    <message>
      <source>Milliseconds a picture</source>
      <translation>Millisekunden je Bild</translation>
    </message>
    <message>
      <source>Billions of MACs a picture</source>
      <translation>Milliarden MACs je Bild</translation>
    </message>
    <message>
      <source>Points of the sweep</source>
      <translation>Punkte der Versuchsreihe</translation>
    </message>
    <message>
      <source>Take its settings</source>
      <translation>Einstellungen übernehmen</translation>
    </message>
    <message>
      <source>Install its model</source>
      <translation>Modell installieren</translation>
    </message>
    <message>
      <source>the default model</source>
      <translation>das Standardmodell</translation>
    </message>
    <message>
      <source>IoU {value}</source>
      <translation>IoU {value}</translation>
    </message>
    <message>
      <source>alignment error {value}</source>
      <translation>Abweichung {value}</translation>
    </message>
    <message>
      <source>seed {number}</source>
      <translation>Startwert {number}</translation>
    </message>
    <message>
      <source>on the curve</source>
      <translation>auf der Kurve</translation>
    </message>
    <message>
      <source>Its weights are not in the folder any more.</source>
      <translation>Die Gewichte sind nicht mehr im Ordner.</translation>
    </message>
    <message>
      <source>Use it in this project</source>
      <translation>In diesem Projekt verwenden</translation>
    </message>
    <message>
      <source>What shall be done with it?</source>
      <translation>Was soll damit geschehen?</translation>
    </message>
    <message>
      <source>The model you started from stays as it is.</source>
      <translation>Das Ausgangsmodell bleibt, wie es ist.</translation>
    </message>
    <message>
      <source>Use it everywhere from now on</source>
      <translation>Von nun an überall verwenden</translation>
    </message>
    <message>
      <source>Only keep it among the models</source>
      <translation>Nur bei den Modellen behalten</translation>
    </message>
    <message>
      <source>Compare both on the same clicks</source>
      <translation>Beide mit denselben Klicks vergleichen</translation>
    </message>
    <message>
      <source>In the picture: C shows one or the other, what differs is tinted.</source>
      <translation>Im Bild: C zeigt das eine oder das andere, Unterschiede sind gefärbt.</translation>
    </message>
    <message>
      <source>Hugging Face folder</source>
      <translation>Hugging-Face-Ordner</translation>
    </message>
    <message>
      <source>ONNX pair</source>
      <translation>ONNX-Paar</translation>
    </message>
    <message>
      <source>also in 8 bits</source>
      <translation>auch in 8 Bit</translation>
    </message>
    <message>
      <source>Export…</source>
      <translation>Exportieren …</translation>
    </message>
    <message>
      <source>Both models stay installed.</source>
      <translation>Beide Modelle bleiben installiert.</translation>
    </message>
    <message>
      <source>Export to a new folder</source>
      <translation>In einen neuen Ordner exportieren</translation>
    </message>
    <message>
      <source>Keep it</source>
      <translation>Behalten</translation>
    </message>
    <message>
      <source>Take it into use</source>
      <translation>Übernehmen</translation>
    </message>
    <message>
      <source>Give it to others</source>
      <translation>Weitergeben</translation>
    </message>
    <message>
      <source>Repeat the run in a shell</source>
      <translation>Den Lauf in der Shell wiederholen</translation>
    </message>
    <message>
      <source>Copy the command</source>
      <translation>Befehl kopieren</translation>
    </message>
    <message>
      <source>Copy it for several GPUs</source>
      <translation>Für mehrere GPUs kopieren</translation>
    </message>
    <message>
      <source>{name} answers everywhere now.</source>
      <translation>{name} antwortet jetzt überall.</translation>
    </message>
    <message>
      <source>{name} is among the models now.</source>
      <translation>{name} steht jetzt bei den Modellen.</translation>
    </message>
    <message>
      <source>Several GPUs cannot share a batch of one picture.</source>
      <translation>Mehrere GPUs können sich einen Stapel aus einem Bild nicht teilen.</translation>
    </message>
    <message>
      <source>Use it in the open project, {name}</source>
      <translation>Im offenen Projekt verwenden: {name}</translation>
    </message>
    <message>
      <source>Copied: {command}</source>
      <translation>Kopiert: {command}</translation>
    </message>
    <message>
      <source>{student}, made from {teacher} for the project {project}</source>
      <translation>{student}, entstanden aus {teacher} für das Projekt {project}</translation>
    </message>
    <message>
      <source>Is it worth it?</source>
      <translation>Lohnt es sich?</translation>
    </message>
    <message>
      <source>On your own labels</source>
      <translation>An Ihren eigenen Annotationen</translation>
    </message>
    <message>
      <source>Objects that lose most</source>
      <translation>Objekte, die am meisten verlieren</translation>
    </message>
    <message>
      <source>Held-out pictures where the two differ most</source>
      <translation>Zurückgehaltene Bilder, auf denen sich beide am meisten unterscheiden</translation>
    </message>
    <message>
      <source>Difference</source>
      <translation>Unterschied</translation>
    </message>
    <message>
      <source>Difference: red is lost, blue is added.</source>
      <translation>Unterschied: Rot fehlt, Blau kommt hinzu.</translation>
    </message>
    <message>
      <source>Save the report…</source>
      <translation>Bericht speichern …</translation>
    </message>
    <message>
      <source>switch</source>
      <translation>wechseln</translation>
    </message>
    <message>
      <source>do not switch</source>
      <translation>nicht wechseln</translation>
    </message>
    <message>
      <source>not clear</source>
      <translation>nicht eindeutig</translation>
    </message>
    <message>
      <source>All, IoU</source>
      <translation>Alle, IoU</translation>
    </message>
    <message>
      <source>All, clicks to IoU 0.85</source>
      <translation>Alle, Klicks bis IoU 0,85</translation>
    </message>
    <message>
      <source>Save the report</source>
      <translation>Bericht speichern</translation>
    </message>
    <message>
      <source>Answer a click</source>
      <translation>Einen Klick beantworten</translation>
    </message>
    <message>
      <source>Change (95 %)</source>
      <translation>Änderung (95 %)</translation>
    </message>
    <message>
      <source>The verdict comes when the run is over.</source>
      <translation>Das Urteil kommt, wenn der Lauf zu Ende ist.</translation>
    </message>
    <message>
      <source>{student}, made from {teacher}</source>
      <translation>{student}, entstanden aus {teacher}</translation>
    </message>
    <message>
      <source>was {value}</source>
      <translation>war {value}</translation>
    </message>
    <message>
      <source>Saved as {path}</source>
      <translation>Gespeichert als {path}</translation>
    </message>
    <message>
      <source>Compress model</source>
      <translation>Modell verkleinern</translation>
    </message>
    <message>
      <source>Your labels</source>
      <translation>Ihre Annotationen</translation>
    </message>
    <message>
      <source>Goal</source>
      <translation>Ziel</translation>
    </message>
    <message>
      <source>Run</source>
      <translation>Lauf</translation>
    </message>
    <message>
      <source>Verdict</source>
      <translation>Urteil</translation>
    </message>
    <message>
      <source>Back</source>
      <translation>Zurück</translation>
    </message>
    <message>
      <source>Next</source>
      <translation>Weiter</translation>
    </message>
    <message>
      <source>Put it in the queue</source>
      <translation>In die Warteschlange</translation>
    </message>
    <message>
      <source>Start</source>
      <translation>Beginnen</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Let the run go on?</source>
      <translation>Soll der Lauf weitergehen?</translation>
    </message>
    <message>
      <source>The status bar shows it. A run that is stopped can be taken up again.</source>
      <translation>Die Statuszeile zeigt ihn. Ein angehaltener Lauf lässt sich wieder aufnehmen.</translation>
    </message>
    <message>
      <source>Let it go on</source>
      <translation>Weitergehen lassen</translation>
    </message>
    <message>
      <source>Keep the window open</source>
      <translation>Fenster offen lassen</translation>
    </message>
    <message>
      <source>Wait for it, or stop it here or in the status bar.</source>
      <translation>Warten Sie es ab, oder halten Sie es hier oder in der Statuszeile an.</translation>
    </message>
    <message>
      <source>Still at work: {job}</source>
      <translation>Läuft noch: {job}</translation>
    </message>
    <message>
      <source>No model is loaded.</source>
      <translation>Es ist kein Modell geladen.</translation>
    </message>
    <message>
      <source>Choose one: Model &gt; Models…</source>
      <translation>Eines wählen: Modell &gt; Modelle …</translation>
    </message>
    <message>
      <source>The work in the background broke off.</source>
      <translation>Die Arbeit im Hintergrund brach ab.</translation>
    </message>
    <message>
      <source>exit code {code}</source>
      <translation>Exit-Code {code}</translation>
    </message>
    <message>
      <source>{names} and {count:,} more</source>
      <translation>{names} und {count:,} weitere</translation>
    </message>
    <message>
      <source>{count} other tensor</source>
      <translation>{count} anderer Tensor</translation>
    </message>
    <message>
      <source>{count} other tensors</source>
      <translation>{count} andere Tensoren</translation>
    </message>
    <message>
      <source>the {count} tensors of {name}</source>
      <translation>die {count} Tensoren von {name}</translation>
    </message>
    <message>
      <source>also {names}</source>
      <translation>auch {names}</translation>
    </message>
    <message>
      <source>shape {shape}</source>
      <translation>die Form {shape}</translation>
    </message>
    <message>
      <source>floating-point numbers</source>
      <translation>Gleitkommazahlen</translation>
    </message>
    <message>
      <source>numbers</source>
      <translation>Zahlen</translation>
    </message>
    <message>
      <source>NaN or infinity</source>
      <translation>NaN oder Unendlich</translation>
    </message>
    <message>
      <source>variances</source>
      <translation>Varianzen</translation>
    </message>
    <message>
      <source>a negative one</source>
      <translation>eine negative</translation>
    </message>
    <message>
      <source>{path}: {words}</source>
      <translation>{path}: {words}</translation>
    </message>
    <message>
      <source>no header</source>
      <translation>kein Kopf</translation>
    </message>
    <message>
      <source>a complete safetensors file</source>
      <translation>eine vollständige safetensors-Datei</translation>
    </message>
    <message>
      <source>a backbone of {names} and an image_size</source>
      <translation>ein Backbone aus {names} und eine image_size</translation>
    </message>
    <message>
      <source>{name} at {size}</source>
      <translation>{name} bei {size}</translation>
    </message>
    <message>
      <source>a {kind}</source>
      <translation>ein Objekt der Art {kind}</translation>
    </message>
    <message>
      <source>a dictionary with {keys}</source>
      <translation>ein Wörterbuch mit {keys}</translation>
    </message>
    <message>
      <source>an empty dictionary</source>
      <translation>ein leeres Wörterbuch</translation>
    </message>
    <message>
      <source>a state dict (names and tensors)</source>
      <translation>ein state dict (Namen und Tensoren)</translation>
    </message>
    <message>
      <source>a Sam module</source>
      <translation>ein Sam-Modul</translation>
    </message>
    <message>
      <source>safetensors, or a file of torch.save</source>
      <translation>safetensors oder eine Datei von torch.save</translation>
    </message>
    <message>
      <source>a file that begins with {start}</source>
      <translation>eine Datei, die mit {start} beginnt</translation>
    </message>
    <message>
      <source>an empty file</source>
      <translation>eine leere Datei</translation>
    </message>
    <message>
      <source>model.safetensors and config.json in it</source>
      <translation>model.safetensors und config.json darin</translation>
    </message>
    <message>
      <source>Ask whoever made the file for its weights as safetensors or as a plain state dict.</source>
      <translation>Bitten Sie, wer die Datei gemacht hat, um die Gewichte als safetensors oder als einfaches State-Dict.</translation>
    </message>
    <message>
      <source>The file asks for the attribute {asked} of a {name}, which could run code.</source>
      <translation>Die Datei verlangt das Attribut {asked} von {name}, das Code ausführen könnte.</translation>
    </message>
    <message>
      <source>only weights and the description of a SAM model</source>
      <translation>nur Gewichte und die Beschreibung eines SAM-Modells</translation>
    </message>
    <message>
      <source>The file names {asked}, which could run code; nothing of it was executed.</source>
      <translation>Die Datei nennt {asked}, das Code ausführen könnte; nichts davon wurde ausgeführt.</translation>
    </message>
    <message>
      <source>a complete file written by torch.save</source>
      <translation>eine vollständige Datei, die torch.save geschrieben hat</translation>
    </message>
    <message>
      <source>one data.pkl</source>
      <translation>eine einzige data.pkl</translation>
    </message>
    <message>
      <source>at most {most:,} tensors with names of at most {letters} letters</source>
      <translation>höchstens {most:,} Tensoren mit Namen von höchstens {letters} Zeichen</translation>
    </message>
    <message>
      <source>{count:,} tensors</source>
      <translation>{count:,} Tensoren</translation>
    </message>
    <message>
      <source>{part} to be an object</source>
      <translation>{part} als Objekt</translation>
    </message>
    <message>
      <source>one input of the shape 1x3xHxW</source>
      <translation>ein Eingang der Form 1x3xHxW</translation>
    </message>
    <message>
      <source>1x3xHxW with sides from {least} to {most}</source>
      <translation>1x3xHxW mit Seiten von {least} bis {most}</translation>
    </message>
    <message>
      <source>Expected {what}.</source>
      <translation>Erwartet: {what}.</translation>
    </message>
    <message>
      <source>Found {what}.</source>
      <translation>Gefunden: {what}.</translation>
    </message>
    <message>
      <source>tensors whose names begin with {marks}</source>
      <translation>Tensoren, deren Namen mit {marks} beginnen</translation>
    </message>
    <message>
      <source>{count} tensor: {names}</source>
      <translation>{count} Tensor: {names}</translation>
    </message>
    <message>
      <source>{count} tensors: {names}</source>
      <translation>{count} Tensoren: {names}</translation>
    </message>
    <message>
      <source>a tensor {name}</source>
      <translation>ein Tensor {name}</translation>
    </message>
    <message>
      <source>{dims} axes</source>
      <translation>{dims} Achsen</translation>
    </message>
    <message>
      <source>3 x width rows</source>
      <translation>3 x Breite Zeilen</translation>
    </message>
    <message>
      <source>stages of {counts} blocks</source>
      <translation>Stufen von {counts} Blöcken</translation>
    </message>
    <message>
      <source>4 rows</source>
      <translation>4 Zeilen</translation>
    </message>
    <message>
      <source>SAM 2.1 with Hiera ({size}), for still pictures</source>
      <translation>SAM 2.1 mit Hiera ({size}), für einzelne Bilder</translation>
    </message>
    <message>
      <source>one number of heads and one window size</source>
      <translation>eine einzige Zahl von Köpfen und eine einzige Fenstergröße</translation>
    </message>
    <message>
      <source>{heads} heads and windows of {windows}</source>
      <translation>{heads} Köpfe und Fenster von {windows}</translation>
    </message>
    <message>
      <source>SlimSAM-77: SAM-B compressed by 77 %</source>
      <translation>SlimSAM-77: SAM-B, um 77 % verkleinert</translation>
    </message>
    <message>
      <source>SlimSAM-50: SAM-B compressed by 50 %</source>
      <translation>SlimSAM-50: SAM-B, um 50 % verkleinert</translation>
    </message>
    <message>
      <source>heads of one width</source>
      <translation>Köpfe gleicher Breite</translation>
    </message>
    <message>
      <source>one window size in {stage}</source>
      <translation>eine einzige Fenstergröße in {stage}</translation>
    </message>
    <message>
      <source>rows for q, k and v of each head</source>
      <translation>Zeilen für q, k und v jedes Kopfes</translation>
    </message>
    <message>
      <source>shape {shape} and {heads} heads</source>
      <translation>die Form {shape} und {heads} Köpfe</translation>
    </message>
    <message>
      <source>MobileSAM: SAM with TinyViT-5M</source>
      <translation>MobileSAM: SAM mit TinyViT-5M</translation>
    </message>
    <message>
      <source>Create the folder first, or choose another one.</source>
      <translation>Legen Sie zuerst den Ordner an, oder wählen Sie einen anderen.</translation>
    </message>
    <message>
      <source>Choose a folder that you may write to.</source>
      <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
      <source>Choose a path whose parent is a folder.</source>
      <translation>Wählen Sie einen Pfad, der in einem Ordner liegt.</translation>
    </message>
    <message>
      <source>Choose a file name, not a folder.</source>
      <translation>Wählen Sie einen Dateinamen, keinen Ordner.</translation>
    </message>
    <message>
      <source>Free some space or choose another place.</source>
      <translation>Schaffen Sie Platz, oder wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
      <source>Cannot write {target}: {reason}.</source>
      <translation>{target} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
      <source>process {number} on {host} since {since}</source>
      <translation>Prozess {number} auf {host} seit {since}</translation>
    </message>
    <message>
      <source>{name} is open in another window ({who}).</source>
      <translation>{name} ist in einem anderen Fenster offen ({who}).</translation>
    </message>
    <message>
      <source>another process</source>
      <translation>ein anderer Prozess</translation>
    </message>
    <message>
      <source>{count:,} bytes</source>
      <translation>{count:,} Bytes</translation>
    </message>
    <message>
      <source>its end</source>
      <translation>ihr Ende</translation>
    </message>
    <message>
      <source>a header of at most {count:,} bytes</source>
      <translation>ein Kopf von höchstens {count:,} Bytes</translation>
    </message>
    <message>
      <source>texts in the header's metadata</source>
      <translation>Texte in den Metadaten des Kopfes</translation>
    </message>
    <message>
      <source>something else</source>
      <translation>etwas anderes</translation>
    </message>
    <message>
      <source>at most {count:,} tensors</source>
      <translation>höchstens {count:,} Tensoren</translation>
    </message>
    <message>
      <source>tensors one behind the other</source>
      <translation>Tensoren einer hinter dem anderen</translation>
    </message>
    <message>
      <source>some that overlap, or gaps</source>
      <translation>solche, die sich überdecken, oder Lücken</translation>
    </message>
    <message>
      <source>type, shape and place of every tensor</source>
      <translation>Art, Form und Platz jedes Tensors</translation>
    </message>
    <message>
      <source>a broken entry for {name!r}</source>
      <translation>ein fehlerhafter Eintrag für {name!r}</translation>
    </message>
    <message>
      <source>numbers of a type that is known here ({kinds})</source>
      <translation>Zahlen einer hier bekannten Art ({kinds})</translation>
    </message>
    <message>
      <source>places that fit the shapes</source>
      <translation>Plätze, die zu den Formen passen</translation>
    </message>
    <message>
      <source>shapes of arrays</source>
      <translation>Formen von Feldern</translation>
    </message>
    <message>
      <source>at most {size:.0f} GB</source>
      <translation>höchstens {size:.0f} GB</translation>
    </message>
    <message>
      <source>JSON in the header</source>
      <translation>JSON im Kopf</translation>
    </message>
    <message>
      <source>a member is a link or a folder</source>
      <translation>ein Eintrag ist ein Verweis oder ein Ordner</translation>
    </message>
    <message>
      <source>it is encrypted</source>
      <translation>sie ist verschlüsselt</translation>
    </message>
    <message>
      <source>it is packed in a way that is not known here</source>
      <translation>sie ist auf eine Weise gepackt, die hier nicht bekannt ist</translation>
    </message>
    <message>
      <source>the list of its members is too long</source>
      <translation>die Liste ihrer Einträge ist zu lang</translation>
    </message>
    <message>
      <source>{file_name} is in another file too; the objects were joined</source>
      <translation>{file_name} steht auch in einer anderen Datei; die Objekte wurden zusammengeführt</translation>
    </message>
    <message>
      <source>is no panoptic file; left out</source>
      <translation>ist keine Panoptic-Datei; weggelassen</translation>
    </message>
    <message>
      <source>{name} and {known} are one file on some systems</source>
      <translation>{name} und {known} sind auf manchen Systemen dieselbe Datei</translation>
    </message>
    <message>
      <source>image id {raw} is used twice; its objects cannot be told apart</source>
      <translation>die Bild-ID {raw} kommt zweimal vor; ihre Objekte sind nicht zu unterscheiden</translation>
    </message>
    <message>
      <source>{name} would be the picture of {a!r} and of {b!r}</source>
      <translation>{name} wäre das Bild von {a!r} und von {b!r}</translation>
    </message>
    <message>
      <source>class {id} is not in the list; it was made up</source>
      <translation>die Klasse {id} steht nicht in der Liste; sie wurde angelegt</translation>
    </message>
    <message>
      <source>{value!r} leads to no usable class</source>
      <translation>{value!r} führt zu keiner brauchbaren Klasse</translation>
    </message>
    <message>
      <source>the labels fit the picture before its EXIF rotation; they were turned with it</source>
      <translation>die Annotationen passen zum Bild vor seiner EXIF-Drehung; sie wurden mitgedreht</translation>
    </message>
    <message>
      <source>width and height are swapped: the picture has {size}</source>
      <translation>Breite und Höhe sind vertauscht: Das Bild hat {size}</translation>
    </message>
    <message>
      <source>{path} is not there, and {file_name} has another size</source>
      <translation>{path} ist nicht da, und {file_name} hat eine andere Größe</translation>
    </message>
    <message>
      <source>is no file of CVAT; left out</source>
      <translation>ist keine CVAT-Datei; weggelassen</translation>
    </message>
    <message>
      <source>is no file of Datumaro; left out</source>
      <translation>ist keine Datumaro-Datei; weggelassen</translation>
    </message>
    <message>
      <source>{name} (new)</source>
      <translation>{name} (neu)</translation>
    </message>
    <message>
      <source>files of an earlier export are still there, and programs that read the folder take them too; replacing the export removes them: {names}</source>
      <translation>Dateien eines früheren Exports liegen noch dort, und Programme, die den Ordner lesen, nehmen sie auch; den Export zu ersetzen entfernt sie: {names}</translation>
    </message>
    <message>
      <source>copies of pictures that are nowhere else in the picture folders stay, and programs that read the folder take them too: {names}</source>
      <translation>Kopien von Bildern, die in keinem Bildordner mehr liegen, bleiben, und Programme, die den Ordner lesen, nehmen sie auch: {names}</translation>
    </message>
    <message>
      <source>files of an earlier export were changed since and stay, and programs that read the folder take them too: {names}</source>
      <translation>Dateien eines früheren Exports wurden seither geändert und bleiben, und Programme, die den Ordner lesen, nehmen sie auch: {names}</translation>
    </message>
    <message>
      <source>files that are not of this export stay, and programs that read the folder take them too: {names}</source>
      <translation>Dateien, die nicht zu diesem Export gehören, bleiben, und Programme, die den Ordner lesen, nehmen sie auch: {names}</translation>
    </message>
    <message>
      <source>is not there, so the export lacks it</source>
      <translation>ist nicht da und fehlt im Export</translation>
    </message>
    <message>
      <source>is not there; its copy in the earlier export stays</source>
      <translation>ist nicht da; die Kopie im früheren Export bleibt</translation>
    </message>
    <message>
      <source>may not be read, so the export lacks it</source>
      <translation>darf nicht gelesen werden und fehlt im Export</translation>
    </message>
    <message>
      <source>may not be read; its copy in the earlier export stays</source>
      <translation>darf nicht gelesen werden; die Kopie im früheren Export bleibt</translation>
    </message>
    <message>
      <source>Export it as COCO from the program that made it, or convert it to COCO with its tools.</source>
      <translation>Exportieren Sie es aus dem Programm, das es gemacht hat, als COCO, oder wandeln Sie es mit dessen Werkzeugen um.</translation>
    </message>
    <message>
      <source>DICOM</source>
      <translation>DICOM</translation>
    </message>
    <message>
      <source>Export the pictures as PNG or TIFF and the segmentation as PNG masks.</source>
      <translation>Exportieren Sie die Bilder als PNG oder TIFF und die Segmentierung als PNG-Masken.</translation>
    </message>
    <message>
      <source>NIfTI</source>
      <translation>NIfTI</translation>
    </message>
    <message>
      <source>Export its slices as PNG or TIFF and the labels as PNG masks.</source>
      <translation>Exportieren Sie die Schichten als PNG oder TIFF und die Annotationen als PNG-Masken.</translation>
    </message>
    <message>
      <source>a packed file</source>
      <translation>eine gepackte Datei</translation>
    </message>
    <message>
      <source>Unpack it first.</source>
      <translation>Entpacken Sie sie zuerst.</translation>
    </message>
    <message>
      <source>TFRecord</source>
      <translation>TFRecord</translation>
    </message>
    <message>
      <source>Export the dataset as COCO.</source>
      <translation>Exportieren Sie den Datensatz als COCO.</translation>
    </message>
    <message>
      <source>a table (CSV)</source>
      <translation>eine Tabelle (CSV)</translation>
    </message>
    <message>
      <source>Export the annotations as COCO or in another known format.</source>
      <translation>Exportieren Sie die Annotationen als COCO oder in einem anderen bekannten Format.</translation>
    </message>
    <message>
      <source>a MATLAB file</source>
      <translation>eine MATLAB-Datei</translation>
    </message>
    <message>
      <source>Save the masks as PNG pictures of numbers.</source>
      <translation>Speichern Sie die Masken als PNG-Bilder mit Nummern.</translation>
    </message>
    <message>
      <source>a project of this program</source>
      <translation>ein Projekt dieses Programms</translation>
    </message>
    <message>
      <source>Open it with File &gt; Open.</source>
      <translation>Öffnen Sie es mit Datei &gt; Öffnen.</translation>
    </message>
    <message>
      <source>CreateML</source>
      <translation>CreateML</translation>
    </message>
    <message>
      <source>It has boxes only: export them as COCO or as YOLO.</source>
      <translation>Es hat nur Rahmen: Exportieren Sie sie als COCO oder YOLO.</translation>
    </message>
    <message>
      <source>a list of COCO results</source>
      <translation>eine Liste von COCO-Ergebnissen</translation>
    </message>
    <message>
      <source>It has no pictures and classes: give the COCO file it belongs to.</source>
      <translation>Sie hat keine Bilder und Klassen: Wählen Sie die COCO-Datei, zu der sie gehört.</translation>
    </message>
    <message>
      <source>Label Studio's short JSON</source>
      <translation>das kurze JSON von Label Studio</translation>
    </message>
    <message>
      <source>Export it there as JSON, not as JSON-MIN.</source>
      <translation>Exportieren Sie es dort als JSON, nicht als JSON-MIN.</translation>
    </message>
    <message>
      <source>a COCO file without annotations</source>
      <translation>eine COCO-Datei ohne Annotationen</translation>
    </message>
    <message>
      <source>Add the folder of its pictures to a project instead.</source>
      <translation>Fügen Sie stattdessen den Ordner mit ihren Bildern zu einem Projekt hinzu.</translation>
    </message>
    <message>
      <source>{kind} id {raw!r} was read as the number {number}</source>
      <translation>die ID {raw!r} ({kind}) wurde als Zahl {number} gelesen</translation>
    </message>
    <message>
      <source>it ends too early</source>
      <translation>sie endet zu früh</translation>
    </message>
    <message>
      <source>a value is missing</source>
      <translation>ein Wert fehlt</translation>
    </message>
    <message>
      <source>a name in double quotes is missing</source>
      <translation>ein Name in Anführungszeichen fehlt</translation>
    </message>
    <message>
      <source>a “:” is missing</source>
      <translation>ein „:“ fehlt</translation>
    </message>
    <message>
      <source>a “,” is missing</source>
      <translation>ein „,“ fehlt</translation>
    </message>
    <message>
      <source>a text goes over the end of its line</source>
      <translation>ein Text geht über das Ende seiner Zeile hinaus</translation>
    </message>
    <message>
      <source>there is a comma too many</source>
      <translation>ein Komma ist zu viel</translation>
    </message>
    <message>
      <source>the file does not start with a JSON object</source>
      <translation>die Datei beginnt nicht mit einem JSON-Objekt</translation>
    </message>
    <message>
      <source>there is more text after the end</source>
      <translation>hinter dem Ende steht noch Text</translation>
    </message>
    <message>
      <source>one element is larger than 256 million characters</source>
      <translation>ein Element hat mehr als 256 Millionen Zeichen</translation>
    </message>
    <message>
      <source>one element has more than four million objects and lists in it</source>
      <translation>ein Element enthält mehr als vier Millionen Objekte und Listen</translation>
    </message>
    <message>
      <source>a list is missing</source>
      <translation>eine Liste fehlt</translation>
    </message>
    <message>
      <source>values are nested too deeply</source>
      <translation>Werte sind zu tief verschachtelt</translation>
    </message>
    <message>
      <source>a number is far too long</source>
      <translation>eine Zahl ist viel zu lang</translation>
    </message>
    <message>
      <source>has no tasks of Label Studio; left out</source>
      <translation>hat keine Aufgaben von Label Studio; weggelassen</translation>
    </message>
    <message>
      <source>is no file of MOTS; left out</source>
      <translation>ist keine Datei von MOTS; weggelassen</translation>
    </message>
    <message>
      <source>{value} share this file; it cannot be told whose it is</source>
      <translation>{value} teilen sich diese Datei; wem sie gehört, ist nicht zu erkennen</translation>
    </message>
    <message>
      <source>{path} is not there; taken as {beside}</source>
      <translation>{path} ist nicht da; genommen wurde {beside}</translation>
    </message>
    <message>
      <source>{folder} holds a folder of the project, so that its own pictures cannot join</source>
      <translation>{folder} enthält einen Ordner des Projekts, so dass seine eigenen Bilder nicht dazukommen können</translation>
    </message>
    <message>
      <source>is another file than the project's picture of this name; it joined as one of its own</source>
      <translation>ist eine andere Datei als das Bild dieses Namens im Projekt; es kam als eigenes Bild dazu</translation>
    </message>
    <message>
      <source>pictures that the project did not have joined it from here</source>
      <translation>Bilder, die das Projekt nicht hatte, kamen von hier dazu</translation>
    </message>
    <message>
      <source>fits a picture of {size}; the project's has {size2}</source>
      <translation>passt zu einem Bild von {size}; das im Projekt hat {size2}</translation>
    </message>
    <message>
      <source>the file is stored rotated; the labels fit the upright picture, so a reader must apply EXIF</source>
      <translation>die Datei ist gedreht gespeichert; die Objekte passen zum aufrechten Bild, ein Leser muss also EXIF anwenden</translation>
    </message>
    <message>
      <source>Objects come from its {suffix} files, such as {example}.</source>
      <translation>Die Objekte kommen aus den {suffix}-Dateien, zum Beispiel {example}.</translation>
    </message>
    <message>
      <source>Objects come from its {suffix} files.</source>
      <translation>Die Objekte kommen aus den {suffix}-Dateien.</translation>
    </message>
    <message>
      <source>{path} is {foreign}, which is not read here.</source>
      <translation>{path} ist {foreign}; das wird hier nicht gelesen.</translation>
    </message>
    <message>
      <source>{count} warning</source>
      <translation>{count} Warnung</translation>
    </message>
    <message>
      <source>{count} warnings</source>
      <translation>{count} Warnungen</translation>
    </message>
    <message>
      <source>{count} object loses holes</source>
      <translation>{count} Objekt verliert Löcher</translation>
    </message>
    <message>
      <source>{count} objects lose holes</source>
      <translation>{count} Objekte verlieren Löcher</translation>
    </message>
    <message>
      <source>{count} object changes at its outline</source>
      <translation>{count} Objekt ändert sich am Rand</translation>
    </message>
    <message>
      <source>{count} objects change at their outline</source>
      <translation>{count} Objekte ändern sich am Rand</translation>
    </message>
    <message>
      <source>{count} object becomes its box</source>
      <translation>{count} Objekt wird zu seinem Rahmen</translation>
    </message>
    <message>
      <source>{count} objects become their boxes</source>
      <translation>{count} Objekte werden zu ihren Rahmen</translation>
    </message>
    <message>
      <source>{count} object becomes its turned box</source>
      <translation>{count} Objekt wird zu seinem gedrehten Rahmen</translation>
    </message>
    <message>
      <source>{count} objects become their turned boxes</source>
      <translation>{count} Objekte werden zu ihren gedrehten Rahmen</translation>
    </message>
    <message>
      <source>{count} object lacks pixels</source>
      <translation>{count} Objekt hat keine Pixel</translation>
    </message>
    <message>
      <source>{count} objects lack pixels</source>
      <translation>{count} Objekte haben keine Pixel</translation>
    </message>
    <message>
      <source>{count} object loses pixels under others</source>
      <translation>{count} Objekt verliert Pixel unter anderen</translation>
    </message>
    <message>
      <source>{count} objects lose pixels under others</source>
      <translation>{count} Objekte verlieren Pixel unter anderen</translation>
    </message>
    <message>
      <source>{count} object vanishes under others</source>
      <translation>{count} Objekt verschwindet unter anderen</translation>
    </message>
    <message>
      <source>{count} objects vanish under others</source>
      <translation>{count} Objekte verschwinden unter anderen</translation>
    </message>
    <message>
      <source>{count} object loses its mark as a crowd</source>
      <translation>{count} Objekt verliert seine Kennzeichnung als Menge</translation>
    </message>
    <message>
      <source>{count} objects lose their mark as a crowd</source>
      <translation>{count} Objekte verlieren ihre Kennzeichnung als Menge</translation>
    </message>
    <message>
      <source>{count} object exceeds the 65,535 ids of a picture</source>
      <translation>{count} Objekt ist mehr, als die 65.535 Nummern eines Bildes fassen</translation>
    </message>
    <message>
      <source>{count} objects exceed the 65,535 ids of a picture</source>
      <translation>{count} Objekte sind mehr, als die 65.535 Nummern eines Bildes fassen</translation>
    </message>
    <message>
      <source>{count} object exceeds the 254 objects of a picture</source>
      <translation>{count} Objekt ist mehr, als die 254 Objekte eines Bildes fassen</translation>
    </message>
    <message>
      <source>{count} objects exceed the 254 objects of a picture</source>
      <translation>{count} Objekte sind mehr, als die 254 Objekte eines Bildes fassen</translation>
    </message>
    <message>
      <source>{lost}: IoU {iou:.2f}</source>
      <translation>{lost}: IoU {iou:.2f}</translation>
    </message>
    <message>
      <source>{count} file not read</source>
      <translation>{count} Datei nicht gelesen</translation>
    </message>
    <message>
      <source>{count} files not read</source>
      <translation>{count} Dateien nicht gelesen</translation>
    </message>
    <message>
      <source>IoU {iou:.3f}</source>
      <translation>IoU {iou:.3f}</translation>
    </message>
    <message>
      <source>{count:,} of {objects} imported</source>
      <translation>{count:,} von {objects} importiert</translation>
    </message>
    <message>
      <source>{count:,} not taken over</source>
      <translation>{count:,} nicht übernommen</translation>
    </message>
    <message>
      <source>holds another export, which stays</source>
      <translation>enthält einen anderen Export, der bleibt</translation>
    </message>
    <message>
      <source>is no file of VIA; left out</source>
      <translation>ist keine VIA-Datei; weggelassen</translation>
    </message>
    <message>
      <source>the PNG has {width}x{height} pixels, not {size}</source>
      <translation>das PNG hat {width}x{height} Pixel, nicht {size}</translation>
    </message>
    <message>
      <source>is not valid XML ({error})</source>
      <translation>ist kein gültiges XML ({error})</translation>
    </message>
    <message>
      <source>is not UTF-8 and does not say its encoding: name it in the first line of the file</source>
      <translation>ist kein UTF-8 und nennt seine Kodierung nicht: Nennen Sie sie in der ersten Zeile der Datei</translation>
    </message>
    <message>
      <source>the numbers of classes leave out {gaps}; an export numbers them without gaps</source>
      <translation>den Nummern der Klassen fehlen {gaps}; ein Export nummeriert sie lückenlos</translation>
    </message>
    <message>
      <source>has coordinates in pixels or far outside; they must be shares of width and height, 0 to 1</source>
      <translation>hat Koordinaten in Pixeln oder weit außerhalb; nötig sind Anteile von Breite und Höhe, 0 bis 1</translation>
    </message>
    <message>
      <source>is no row of labels: it needs the number of a class and shares of width and height</source>
      <translation>ist keine Zeile mit Annotationen: Nötig sind die Nummer einer Klasse und Anteile von Breite und Höhe</translation>
    </message>
    <message>
      <source>The GPU is not used: no NVIDIA driver or device was found for CUDA {version}.</source>
      <translation>Die GPU wird nicht genutzt: Kein NVIDIA-Treiber oder -Gerät für CUDA {version} gefunden.</translation>
    </message>
    <message>
      <source>The GPU is not used: PyTorch is not installed.</source>
      <translation>Die GPU wird nicht genutzt: PyTorch ist nicht installiert.</translation>
    </message>
    <message>
      <source>The GPU is not used: this PyTorch was built for the CPU only.</source>
      <translation>Die GPU wird nicht genutzt: Dieses PyTorch ist nur für die CPU gebaut.</translation>
    </message>
    <message>
      <source>OpenVINO's masks agree with PyTorch's only to IoU {iou:.3f}.</source>
      <translation>Die Masken von OpenVINO stimmen mit denen von PyTorch nur bis IoU {iou:.3f} überein.</translation>
    </message>
    <message>
      <source>It is faster once it is prepared.</source>
      <translation>Nach dem Vorbereiten ist es schneller.</translation>
    </message>
    <message>
      <source>In bfloat16 the masks agree only to {iou:.3f}.</source>
      <translation>In bfloat16 stimmen die Masken nur bis {iou:.3f} überein.</translation>
    </message>
    <message>
      <source>Add it: {command}</source>
      <translation>So kommt es dazu: {command}</translation>
    </message>
    <message>
      <source>The stand-alone program takes no further packages; SlimSAM installed with Python does.</source>
      <translation>Das eigenständige Programm nimmt keine weiteren Pakete auf; SlimSAM, mit Python installiert, tut es.</translation>
    </message>
    <message>
      <source>Advice: switch.</source>
      <translation>Rat: wechseln.</translation>
    </message>
    <message>
      <source>Advice: do not switch.</source>
      <translation>Rat: nicht wechseln.</translation>
    </message>
    <message>
      <source>Advice: not clear; look at the pictures before you switch.</source>
      <translation>Rat: nicht eindeutig; sehen Sie sich die Bilder an, bevor Sie wechseln.</translation>
    </message>
    <message>
      <source>It encodes a picture {first:.1f} times as fast here.</source>
      <translation>Es liest ein Bild hier {first:.1f}-mal so schnell ein.</translation>
    </message>
    <message>
      <source>It is not faster here: {first:.2f} times the speed.</source>
      <translation>Es ist hier nicht schneller: {first:.2f}-fache Geschwindigkeit.</translation>
    </message>
    <message>
      <source>Both were measured as they run here, which is not alike: {name}.</source>
      <translation>Beide wurden gemessen, wie sie hier laufen, und das ist nicht gleich: {name}.</translation>
    </message>
    <message>
      <source>There are no labelled objects to judge by.</source>
      <translation>Es gibt keine annotierten Objekte, an denen sich urteilen lässt.</translation>
    </message>
    <message>
      <source>On your objects the IoU changes by {first:+.3f} ± {second:.3f}: more is lost than it is worth.</source>
      <translation>Auf Ihren Objekten ändert sich die IoU um {first:+.3f} ± {second:.3f}: Das ist mehr Verlust, als es wert ist.</translation>
    </message>
    <message>
      <source>On your objects the IoU changes by {first:+.3f}: more is lost than it is worth.</source>
      <translation>Auf Ihren Objekten ändert sich die IoU um {first:+.3f}: Es geht mehr verloren, als es wert ist.</translation>
    </message>
    <message>
      <source>On your objects the IoU changes by {first:+.3f}.</source>
      <translation>Auf Ihren Objekten ändert sich die IoU um {first:+.3f}.</translation>
    </message>
    <message>
      <source>Only {first:.0f} labelled objects on {second:.0f} pictures: too few to be sure.</source>
      <translation>Nur {first:.0f} annotierte Objekte auf {second:.0f} Bildern: zu wenige, um sicher zu sein.</translation>
    </message>
    <message>
      <source>On your objects the IoU may change by as much as {first:+.3f}.</source>
      <translation>Auf Ihren Objekten kann sich die IoU um bis zu {first:+.3f} ändern.</translation>
    </message>
    <message>
      <source>On your objects the IoU changes by {first:+.3f} ± {second:.3f}.</source>
      <translation>Auf Ihren Objekten ändert sich die IoU um {first:+.3f} ± {second:.3f}.</translation>
    </message>
    <message>
      <source>In the class {name} the IoU changes by {first:+.3f}.</source>
      <translation>In der Klasse {name} ändert sich die IoU um {first:+.3f}.</translation>
    </message>
    <message>
      <source>{first:.0f} of the {second:.0f} labels are the teacher's own masks: there the IoU tells how alike the two are, not which is right.</source>
      <translation>{first:.0f} der {second:.0f} Annotationen sind Masken des Lehrers selbst: Dort sagt die IoU, wie ähnlich die beiden sind, nicht welches recht hat.</translation>
    </message>
    <message>
      <source>On held-out pictures its masks overlap with the teacher's by {first:.2f} only.</source>
      <translation>Auf zurückgehaltenen Bildern decken sich seine Masken mit denen des Lehrers nur zu {first:.2f}.</translation>
    </message>
    <message>
      <source>Its masks overlap with the teacher's by {second:.2f} on {first:.0f} held-out pictures, too few to be sure.</source>
      <translation>Seine Masken decken sich auf {first:.0f} zurückgehaltenen Bildern zu {second:.2f} mit denen des Lehrers, zu wenige, um sicher zu sein.</translation>
    </message>
    <message>
      <source>On held-out pictures its masks overlap with the teacher's by {first:.2f}.</source>
      <translation>Auf zurückgehaltenen Bildern decken sich seine Masken mit denen des Lehrers zu {first:.2f}.</translation>
    </message>
    <message>
      <source>{gain}; {loss}.</source>
      <translation>{gain}; {loss}.</translation>
    </message>
    <message>
      <source>on {count} held-out pictures its masks overlap with the teacher's by {iou:.3f} ({low:.3f} to {high:.3f})</source>
      <translation>auf {count} zurückgehaltenen Bildern decken sich seine Masken mit denen des Lehrers zu {iou:.3f} ({low:.3f} bis {high:.3f})</translation>
    </message>
    <message>
      <source>on your {count} labelled objects IoU {before:.3f} → {after:.3f} ({change:+.3f} ± {margin:.3f})</source>
      <translation>auf Ihren {count} annotierten Objekten IoU {before:.3f} → {after:.3f} ({change:+.3f} ± {margin:.3f})</translation>
    </message>
    <message>
      <source>on your {count} held-out labelled objects IoU {before:.3f} → {after:.3f} ({change:+.3f} ± {margin:.3f})</source>
      <translation>auf Ihren {count} zurückgehaltenen annotierten Objekten IoU {before:.3f} → {after:.3f} ({change:+.3f} ± {margin:.3f})</translation>
    </message>
    <message>
      <source>class {name} loses most ({change:+.2f})</source>
      <translation>am meisten verliert die Klasse {name} ({change:+.2f})</translation>
    </message>
    <message>
      <source>{times:.1f}x faster</source>
      <translation>{times:.1f}-mal so schnell</translation>
    </message>
    <message>
      <source>{times:.1f}x slower</source>
      <translation>{times:.1f}-mal so langsam</translation>
    </message>
    <message>
      <source>{percent} % smaller</source>
      <translation>{percent} % kleiner</translation>
    </message>
    <message>
      <source>{percent} % larger</source>
      <translation>{percent} % größer</translation>
    </message>
    <message>
      <source>nothing to judge its masks by</source>
      <translation>nichts, woran sich seine Masken beurteilen ließen</translation>
    </message>
    <message>
      <source>on one held-out picture its masks overlap with the teacher's by {iou:.3f}</source>
      <translation>auf einem zurückgehaltenen Bild decken sich seine Masken mit denen des Lehrers zu {iou:.3f}</translation>
    </message>
    <message>
      <source>on your {count} labelled objects IoU {before:.3f} → {after:.3f} ({change:+.3f})</source>
      <translation>auf Ihren {count} annotierten Objekten IoU {before:.3f} → {after:.3f} ({change:+.3f})</translation>
    </message>
    <message>
      <source>on your {count} held-out labelled objects IoU {before:.3f} → {after:.3f} ({change:+.3f})</source>
      <translation>auf Ihren {count} zurückgehaltenen annotierten Objekten IoU {before:.3f} → {after:.3f} ({change:+.3f})</translation>
    </message>
    <message>
      <source>made for a picture of {size}, this one has {size2}</source>
      <translation>für ein Bild von {size} gemacht, dieses hat {size2}</translation>
    </message>
    <message>
      <source>the same object twice{classes} (IoU {iou:.2f})</source>
      <translation>zweimal dasselbe Objekt{classes} (IoU {iou:.2f})</translation>
    </message>
    <message>
      <source>one covers {covered:.0%} of the other, both of one class</source>
      <translation>eines bedeckt {covered:.0%} des anderen, beide von einer Klasse</translation>
    </message>
    <message>
      <source>the model gives it {guess:.2f}</source>
      <translation>das Modell gibt ihm {guess:.2f}</translation>
    </message>
    <message>
      <source>its outline depends on the threshold (stability {stability:.2f})</source>
      <translation>sein Umriss hängt von der Schwelle ab (Stabilität {stability:.2f})</translation>
    </message>
    <message>
      <source>the model's second opinion is another mask (IoU {agreement:.2f})</source>
      <translation>auf die zweite Frage gibt das Modell eine andere Maske (IoU {agreement:.2f})</translation>
    </message>
    <message>
      <source>only {area} pixels</source>
      <translation>nur {area} Pixel</translation>
    </message>
    <message>
      <source>no pixel at all</source>
      <translation>kein einziges Pixel</translation>
    </message>
    <message>
      <source>Try again; what came is kept.</source>
      <translation>Versuchen Sie es noch einmal; was da ist, bleibt.</translation>
    </message>
    <message>
      <source>Check the network, the proxy (HTTPS_PROXY) or a mirror (HF_ENDPOINT) and try again; what came is kept. Without a network: copy {files} of {url} to this machine and import it under the name {name}.</source>
      <translation>Prüfen Sie das Netz, den Proxy (HTTPS_PROXY) oder einen Spiegel (HF_ENDPOINT), und versuchen Sie es noch einmal; was kam, bleibt. Ohne Netz: Kopieren Sie {files} von {url} auf diesen Rechner, und importieren Sie es unter dem Namen {name}.</translation>
    </message>
    <message>
      <source>{url}: the server did not answer in {answer_s:.0f} s.</source>
      <translation>{url}: Der Server hat {answer_s:.0f} s lang nicht geantwortet.</translation>
    </message>
    <message>
      <source>a folder with {files}</source>
      <translation>einen Ordner mit {files}</translation>
    </message>
    <message>
      <source>{name} could not be downloaded: {value}.</source>
      <translation>{name} konnte nicht heruntergeladen werden: {value}.</translation>
    </message>
    <message>
      <source>{name}: only {count:,} bytes came in {now:.0f} s.</source>
      <translation>{name}: In {now:.0f} s kamen nur {count:,} Byte an.</translation>
    </message>
    <message>
      <source>{name}: the server sends another part than was asked.</source>
      <translation>{name}: Der Server schickt einen anderen Teil als den verlangten.</translation>
    </message>
    <message>
      <source>It ships with the program and stays.</source>
      <translation>Es gehört zum Programm und bleibt.</translation>
    </message>
    <message>
      <source>Look at the list of models.</source>
      <translation>Sehen Sie in der Liste der Modelle nach.</translation>
    </message>
    <message>
      <source>There is no installed model named {name!r} to delete.</source>
      <translation>Es ist kein Modell namens {name!r} installiert, das gelöscht werden könnte.</translation>
    </message>
    <message>
      <source>weights whose hash begins with {start}</source>
      <translation>Gewichte, deren Hash mit {start} beginnt</translation>
    </message>
    <message>
      <source>64 hex digits</source>
      <translation>64 hexadezimale Ziffern</translation>
    </message>
    <message>
      <source>Try another HF_ENDPOINT.</source>
      <translation>Versuchen Sie einen anderen HF_ENDPOINT.</translation>
    </message>
    <message>
      <source>JPEG, PNG, TIFF of 1, 3 or 4 channels, BMP, WebP, GIF, PPM, JPEG 2000, AVIF or HEIC</source>
      <translation>JPEG, PNG, TIFF mit 1, 3 oder 4 Kanälen, BMP, WebP, GIF, PPM, JPEG 2000, AVIF oder HEIC</translation>
    </message>
    <message>
      <source> and {count} more</source>
      <translation> und {count} weitere</translation>
    </message>
    <message>
      <source>not every {noun} can be read (its rows are out of order)</source>
      <translation>nicht alles ist lesbar ({noun}: die Zeilen sind in Unordnung)</translation>
    </message>
    <message>
      <source>the number {number} of a {noun} leaves none for the next</source>
      <translation>die Nummer {number} ({noun}) lässt keine für das Nächste übrig</translation>
    </message>
    <message>
      <source>; and {count} more</source>
      <translation>; und {count} weitere</translation>
    </message>
    <message>
      <source>not every {noun} can be read ({value})</source>
      <translation>nicht alles ist lesbar ({noun}: {value})</translation>
    </message>
    <message>
      <source>not every object of it can be read: {lost:,} of {all:,} are lost</source>
      <translation>nicht jedes Objekt davon ist lesbar: {lost:,} von {all:,} sind verloren</translation>
    </message>
    <message>
      <source>the file has a second name elsewhere, which would change with it. Copy it to label on.</source>
      <translation>Die Datei hat anderswo einen zweiten Namen, der sich mit ändern würde. Kopieren Sie sie, um weiter zu annotieren.</translation>
    </message>
    <message>
      <source>nothing can be written or locked in {folder} ({why}).</source>
      <translation>In {folder} lässt sich nichts schreiben oder sperren ({why}).</translation>
    </message>
    <message>
      <source>it was opened for reading.</source>
      <translation>Es wurde zum Lesen geöffnet.</translation>
    </message>
    <message>
      <source>{name} is write-protected.</source>
      <translation>{name} ist schreibgeschützt.</translation>
    </message>
    <message>
      <source>A project is used by one computer at a time; close it on {host}.</source>
      <translation>Ein Projekt wird nur an einem Rechner zugleich benutzt; schließen Sie es auf {host}.</translation>
    </message>
    <message>
      <source>looks like {like}, is {own}</source>
      <translation>sieht aus wie {like}, ist {own}</translation>
    </message>
    <message>
      <source>it says that {packed} bytes become {size}</source>
      <translation>laut ihr werden aus {packed} Byte {size}</translation>
    </message>
    <message>
      <source>In {path}: {reason}</source>
      <translation>In {path}: {reason}</translation>
    </message>
    <message>
      <source>This needs PyTorch, which is not installed; labelling works without it.</source>
      <translation>Dafür ist PyTorch nötig, das nicht installiert ist; das Annotieren geht ohne.</translation>
    </message>
    <message>
      <source>There is no PyTorch for Macs with Intel processors any more.</source>
      <translation>Für Macs mit Intel-Prozessoren gibt es kein PyTorch mehr.</translation>
    </message>
    <message>
      <source>Add it in the window Models….</source>
      <translation>Fügen Sie es im Fenster Modelle … hinzu.</translation>
    </message>
    <message>
      <source>Lower it; the last good state is kept in the run folder.</source>
      <translation>Senken Sie sie; der letzte gute Stand liegt im Ordner des Laufs.</translation>
    </message>
    <message>
      <source>Give what it began with, or begin a run in another folder.</source>
      <translation>Geben Sie an, womit er begonnen wurde, oder beginnen Sie einen Lauf in einem anderen Ordner.</translation>
    </message>
    <message>
      <source>{path} is a link to another folder: nothing is written there.</source>
      <translation>{path} ist eine Verknüpfung mit einem anderen Ordner: Dorthin wird nichts geschrieben.</translation>
    </message>
    <message>
      <source>Remove it, or choose another folder.</source>
      <translation>Entfernen Sie sie oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
      <source>{data} is not a choice.</source>
      <translation>{data} steht nicht zur Wahl.</translation>
    </message>
    <message>
      <source>Choose one of: {choices}.</source>
      <translation>Wählen Sie eines davon: {choices}.</translation>
    </message>
    <message>
      <source>{names} is needed, not {data}.</source>
      <translation>Nötig ist {names}, nicht {data}.</translation>
    </message>
    <message>
      <source>an object is needed, not {data}.</source>
      <translation>Nötig ist ein Objekt, nicht {data}.</translation>
    </message>
    <message>
      <source>{path} cannot be read: {error}.</source>
      <translation>{path} lässt sich nicht lesen: {error}.</translation>
    </message>
    <message>
      <source>this key is not known.</source>
      <translation>Dieser Schlüssel ist nicht bekannt.</translation>
    </message>
    <message>
      <source>Known here: {fields}.</source>
      <translation>Hier bekannt: {fields}.</translation>
    </message>
    <message>
      <source>a list is needed, not {data}.</source>
      <translation>Nötig ist eine Liste, nicht {data}.</translation>
    </message>
    <message>
      <source>{data} is not a usable number.</source>
      <translation>{data} ist keine brauchbare Zahl.</translation>
    </message>
    <message>
      <source>this key is missing.</source>
      <translation>Dieser Schlüssel fehlt.</translation>
    </message>
    <message>
      <source>It can be looked at here; close it there to edit it here.</source>
      <translation>Hier kann man es ansehen; schließen Sie es dort, um es hier zu bearbeiten.</translation>
    </message>
    <message>
      <source>{path} is not a complete ONNX file.</source>
      <translation>{path} ist keine vollständige ONNX-Datei.</translation>
    </message>
    <message>
      <source>Copy or export it once more.</source>
      <translation>Kopieren oder exportieren Sie sie noch einmal.</translation>
    </message>
    <message>
      <source>{path} is not an ONNX file.</source>
      <translation>{path} ist keine ONNX-Datei.</translation>
    </message>
    <message>
      <source>Export your detector as ONNX; its file ends with .onnx.</source>
      <translation>Exportieren Sie Ihren Detektor als ONNX; seine Datei endet auf .onnx.</translation>
    </message>
    <message>
      <source>{path} cannot be read: {why}.</source>
      <translation>{path} kann nicht gelesen werden: {why}.</translation>
    </message>
    <message>
      <source>{path} has weights in a file outside its folder: {name}.</source>
      <translation>{path} hat Gewichte in einer Datei außerhalb seines Ordners: {name}.</translation>
    </message>
    <message>
      <source>Export it as one file.</source>
      <translation>Exportieren Sie ihn als eine Datei.</translation>
    </message>
    <message>
      <source>{path} has weights in {name}, which cannot be read: {why}.</source>
      <translation>{path} hat Gewichte in {name}, die nicht gelesen werden kann: {why}.</translation>
    </message>
    <message>
      <source>Copy the two files together, or export it as one file.</source>
      <translation>Kopieren Sie beide Dateien zusammen, oder exportieren Sie ihn als eine Datei.</translation>
    </message>
    <message>
      <source>{path} is not a usable state of a run: {error}.</source>
      <translation>{path} ist kein brauchbarer Stand eines Laufs: {error}.</translation>
    </message>
    <message>
      <source>Delete it to go on from the one before.</source>
      <translation>Löschen Sie ihn, um mit dem Stand davor weiterzumachen.</translation>
    </message>
    <message>
      <source>{path} already holds a run.</source>
      <translation>In {path} liegt schon ein Lauf.</translation>
    </message>
    <message>
      <source>Resume it, or choose another folder.</source>
      <translation>Setzen Sie ihn fort, oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
      <source>{path} holds no run to resume.</source>
      <translation>In {path} liegt kein Lauf, der fortgesetzt werden könnte.</translation>
    </message>
    <message>
      <source>Start it anew.</source>
      <translation>Beginnen Sie ihn neu.</translation>
    </message>
    <message>
      <source>{checkpoints_dir} is a symbolic link: the run would write to another place.</source>
      <translation>{checkpoints_dir} ist ein symbolischer Link: Der Lauf würde anderswohin schreiben.</translation>
    </message>
    <message>
      <source>Choose another folder, or put a folder itself there.</source>
      <translation>Wählen Sie einen anderen Ordner, oder legen Sie dort selbst einen an.</translation>
    </message>
    <message>
      <source>{recipe_path} is not a JSON object.</source>
      <translation>{recipe_path} ist kein JSON-Objekt.</translation>
    </message>
    <message>
      <source>There is not enough memory to read the file.</source>
      <translation>Der Arbeitsspeicher reicht nicht, um die Datei zu lesen.</translation>
    </message>
    <message>
      <source>Close other programs.</source>
      <translation>Schließen Sie andere Programme.</translation>
    </message>
    <message>
      <source>{path} is cut off or damaged.</source>
      <translation>{path} ist abgeschnitten oder beschädigt.</translation>
    </message>
    <message>
      <source>Download or copy it again.</source>
      <translation>Laden oder kopieren Sie die Datei noch einmal.</translation>
    </message>
    <message>
      <source>{path} cannot be read: {strerror}.</source>
      <translation>{path} kann nicht gelesen werden: {strerror}.</translation>
    </message>
    <message>
      <source>Check the path.</source>
      <translation>Prüfen Sie den Pfad.</translation>
    </message>
    <message>
      <source>{name} is larger than any model that can be used here.</source>
      <translation>{name} ist größer als jedes Modell, das hier benutzt werden kann.</translation>
    </message>
    <message>
      <source>{seed} is no seed.</source>
      <translation>{seed} ist kein Startwert.</translation>
    </message>
    <message>
      <source>Use a whole number from 0 to 2^63 - 1.</source>
      <translation>Nehmen Sie eine ganze Zahl von 0 bis 2^63 - 1.</translation>
    </message>
    <message>
      <source>The space for encoded pictures cannot be {quota_bytes:.0f} GB.</source>
      <translation>Der Platz für kodierte Bilder kann nicht {quota_bytes:.0f} GB sein.</translation>
    </message>
    <message>
      <source>Choose at most {max_cache_gb:.0f}.</source>
      <translation>Wählen Sie höchstens {max_cache_gb:.0f}.</translation>
    </message>
    <message>
      <source>{path} is damaged, so that no setting can be kept there.</source>
      <translation>{path} ist beschädigt, darum lässt sich dort keine Einstellung merken.</translation>
    </message>
    <message>
      <source>Start the window once: it puts the file aside and begins a new one.</source>
      <translation>Starten Sie einmal das Fenster: Es legt die Datei beiseite und beginnt eine neue.</translation>
    </message>
    <message>
      <source>the code has {number} values, not four for each pixel of {size}</source>
      <translation>der Code hat {number} Werte, nicht vier für jedes Pixel von {size}</translation>
    </message>
    <message>
      <source>a code of {number:,} values is too large</source>
      <translation>ein Code mit {number:,} Werten ist zu groß</translation>
    </message>
    <message>
      <source>the code is cut off</source>
      <translation>der Code ist abgeschnitten</translation>
    </message>
    <message>
      <source>the code is not a list of bytes</source>
      <translation>der Code ist keine Liste von Bytes</translation>
    </message>
    <message>
      <source>a run goes beyond the picture</source>
      <translation>ein Lauf reicht über das Bild hinaus</translation>
    </message>
    <message>
      <source>{name} lists no classes.</source>
      <translation>{name} nennt keine Klassen.</translation>
    </message>
    <message>
      <source>A COCO file has them under 'categories'.</source>
      <translation>In einer COCO-Datei stehen sie unter „categories“.</translation>
    </message>
    <message>
      <source>{name} lists more than {max_classes:,} classes.</source>
      <translation>{name} nennt mehr als {max_classes:,} Klassen.</translation>
    </message>
    <message>
      <source>Shorten the list.</source>
      <translation>Kürzen Sie die Liste.</translation>
    </message>
    <message>
      <source>{name} has no class with the number {missing}, but one with a higher number.</source>
      <translation>{name} hat keine Klasse mit der Nummer {missing}, aber eine mit einer höheren.</translation>
    </message>
    <message>
      <source>Number the classes 0, 1, 2 ... without a gap.</source>
      <translation>Nummerieren Sie die Klassen 0, 1, 2 … ohne Lücke.</translation>
    </message>
    <message>
      <source>{name} has rows of numbers: it holds objects, not classes.</source>
      <translation>{name} hat Zeilen aus Zahlen: Darin stehen Objekte, keine Klassen.</translation>
    </message>
    <message>
      <source>Choose classes.txt or data.yaml.</source>
      <translation>Wählen Sie classes.txt oder data.yaml.</translation>
    </message>
    <message>
      <source>has no name</source>
      <translation>hat keinen Namen</translation>
    </message>
    <message>
      <source>has {schema:,} attributes</source>
      <translation>hat {schema:,} Eigenschaften</translation>
    </message>
    <message>
      <source>{name} is no list of classes.</source>
      <translation>{name} ist keine Klassenliste.</translation>
    </message>
    <message>
      <source>Choose classes.txt, data.yaml, a COCO file, a saved list (.json) or a project (.slimsam).</source>
      <translation>Wählen Sie classes.txt, data.yaml, eine COCO-Datei, eine gespeicherte Liste (.json) oder ein Projekt (.slimsam).</translation>
    </message>
    <message>
      <source>has a name of {name:,} characters</source>
      <translation>hat einen Namen mit {name:,} Zeichen</translation>
    </message>
    <message>
      <source>has the name of class {seen}: {name!r}</source>
      <translation>hat den Namen der Klasse {seen}: {name!r}</translation>
    </message>
    <message>
      <source>has the colour {color!r}, not #rrggbb</source>
      <translation>hat die Farbe {color!r}, nicht #rrggbb</translation>
    </message>
    <message>
      <source>has the key {hotkey!r}, which is no digit</source>
      <translation>hat die Taste {hotkey!r}, die keine Ziffer ist</translation>
    </message>
    <message>
      <source>has an attribute that cannot be read: {name!r}</source>
      <translation>hat eine Eigenschaft, die sich nicht lesen lässt: {name!r}</translation>
    </message>
    <message>
      <source>{source} is not a COCO instances file: it has no {missing}.</source>
      <translation>{source} ist keine COCO-Datei mit Objekten: {missing} fehlt.</translation>
    </message>
    <message>
      <source>Choose another format, or another file.</source>
      <translation>Wählen Sie ein anderes Format oder eine andere Datei.</translation>
    </message>
    <message>
      <source>{source} is a list, not a COCO instances file.</source>
      <translation>{source} ist eine Liste, keine COCO-Datei mit Objekten.</translation>
    </message>
    <message>
      <source>A list of results has no pictures and classes: give the file that it belongs to.</source>
      <translation>Eine Liste von Ergebnissen hat keine Bilder und Klassen: Nehmen Sie die Datei, zu der sie gehört.</translation>
    </message>
    <message>
      <source>is not a list</source>
      <translation>ist keine Liste</translation>
    </message>
    <message>
      <source>This is not a COCO instances file.</source>
      <translation>Das ist keine COCO-Datei mit Objekten.</translation>
    </message>
    <message>
      <source>{source} holds no COCO file.</source>
      <translation>{source} enthält keine COCO-Datei.</translation>
    </message>
    <message>
      <source>Choose another folder or another format.</source>
      <translation>Wählen Sie einen anderen Ordner oder ein anderes Format.</translation>
    </message>
    <message>
      <source>COCO instances (JSON)</source>
      <translation>COCO-Objekte (JSON)</translation>
    </message>
    <message>
      <source>The export was refused because reading it back went wrong: {reason}.</source>
      <translation>Der Export wurde verweigert, weil das Zurücklesen schiefging: {reason}.</translation>
    </message>
    <message>
      <source>Nothing was written. This is a fault of the program: please report it.</source>
      <translation>Es wurde nichts geschrieben. Das ist ein Fehler des Programms: Bitte melden Sie ihn.</translation>
    </message>
    <message>
      <source>counts is neither a text nor a list of numbers</source>
      <translation>counts ist weder ein Text noch eine Liste von Zahlen</translation>
    </message>
    <message>
      <source>is {name}, not polygons or a run-length code</source>
      <translation>ist {name}, weder Polygone noch ein Lauflängencode</translation>
    </message>
    <message>
      <source>size is {named}, the picture has {size}</source>
      <translation>size ist {named}, das Bild hat {size}</translation>
    </message>
    <message>
      <source>no part is a polygon of at least 3 points</source>
      <translation>kein Teil ist ein Polygon aus mindestens 3 Punkten</translation>
    </message>
    <message>
      <source>covers no pixel</source>
      <translation>bedeckt kein Pixel</translation>
    </message>
    <message>
      <source>has something that is not a number of a coordinate's size</source>
      <translation>enthält etwas, das keine Zahl in der Größe einer Koordinate ist</translation>
    </message>
    <message>
      <source>has {part} numbers; a polygon has pairs, at least 3</source>
      <translation>hat {part} Zahlen; ein Polygon hat Paare, mindestens 3</translation>
    </message>
    <message>
      <source>is missing</source>
      <translation>fehlt</translation>
    </message>
    <message>
      <source>is missing, and the box has no area in the picture</source>
      <translation>fehlt, und der Rahmen hat im Bild keine Fläche</translation>
    </message>
    <message>
      <source>is missing, and the box covers no pixel</source>
      <translation>fehlt, und der Rahmen bedeckt kein Pixel</translation>
    </message>
    <message>
      <source>is missing; the box was taken as a rectangle</source>
      <translation>fehlt; der Rahmen wurde als Rechteck genommen</translation>
    </message>
    <message>
      <source>is {iscrowd!r}; it must be 0 or 1</source>
      <translation>ist {iscrowd!r}; es muss 0 oder 1 sein</translation>
    </message>
    <message>
      <source>names {names} twice; the last one counts</source>
      <translation>nennt {names} zweimal; das letzte zählt</translation>
    </message>
    <message>
      <source>size is [width, height] and the box does not tell how it is meant</source>
      <translation>size ist [Breite, Höhe], und der Rahmen verrät nicht, wie es gemeint ist</translation>
    </message>
    <message>
      <source>size was [width, height]; COCO says [height, width]</source>
      <translation>size war [Breite, Höhe]; COCO verlangt [Höhe, Breite]</translation>
    </message>
    <message>
      <source>is a single list; COCO says a list of lists</source>
      <translation>ist eine einfache Liste; COCO verlangt eine Liste von Listen</translation>
    </message>
    <message>
      <source>reaches {beyond:.1f} pixels out of the picture; cut off</source>
      <translation>reicht {beyond:.1f} Pixel über das Bild hinaus; abgeschnitten</translation>
    </message>
    <message>
      <source>has no area, which evaluation needs</source>
      <translation>hat keine area, die zum Auswerten gebraucht wird</translation>
    </message>
    <message>
      <source>has no bbox</source>
      <translation>hat keine bbox</translation>
    </message>
    <message>
      <source>is not a mapping and was left out</source>
      <translation>ist keine Zuordnung und wurde weggelassen</translation>
    </message>
    <message>
      <source>is not a number and was left out</source>
      <translation>ist keine Zahl und wurde weggelassen</translation>
    </message>
    <message>
      <source>is {area!r}, not a number</source>
      <translation>ist {area!r}, keine Zahl</translation>
    </message>
    <message>
      <source>is {box}, not four numbers</source>
      <translation>ist {box}, nicht vier Zahlen</translation>
    </message>
    <message>
      <source>{error}; this part was left out</source>
      <translation>{error}; dieser Teil wurde weggelassen</translation>
    </message>
    <message>
      <source>is {area:g}; the mask has {area2} pixels</source>
      <translation>ist {area:g}; die Maske hat {area2} Pixel</translation>
    </message>
    <message>
      <source>is {box}; the mask fills {bbox_xywh}</source>
      <translation>ist {box}; die Maske füllt {bbox_xywh}</translation>
    </message>
    <message>
      <source>its PNG {relative} is not there</source>
      <translation>sein PNG {relative} ist nicht da</translation>
    </message>
    <message>
      <source>COCO panoptic</source>
      <translation>COCO Panoptic</translation>
    </message>
    <message>
      <source>names no PNG</source>
      <translation>nennt kein PNG</translation>
    </message>
    <message>
      <source>is not a picture with segments</source>
      <translation>ist kein Bild mit Segmenten</translation>
    </message>
    <message>
      <source>image_id {number!r} leads to no picture</source>
      <translation>image_id {number!r} führt zu keinem Bild</translation>
    </message>
    <message>
      <source>its PNG has other pixels than the picture of {size}</source>
      <translation>sein PNG hat andere Pixel als das Bild mit {size}</translation>
    </message>
    <message>
      <source>id {raw!r} has no pixel</source>
      <translation>die Nummer {raw!r} hat kein Pixel</translation>
    </message>
    <message>
      <source>{label} is not in the list; it was made up</source>
      <translation>{label} steht nicht in der Liste; sie wurde angelegt</translation>
    </message>
    <message>
      <source>its PNG leads out of the folder through a link</source>
      <translation>sein PNG führt durch einen Link aus dem Ordner hinaus</translation>
    </message>
    <message>
      <source>{licence!r} is not in the list of licences</source>
      <translation>{licence!r} steht nicht in der Liste der Lizenzen</translation>
    </message>
    <message>
      <source>is not a text</source>
      <translation>ist kein Text</translation>
    </message>
    <message>
      <source>the size of the picture is not known</source>
      <translation>die Größe des Bildes ist nicht bekannt</translation>
    </message>
    <message>
      <source>Give the folder of the pictures.</source>
      <translation>Nennen Sie den Ordner der Bilder.</translation>
    </message>
    <message>
      <source>stands twice in the file; other readers see only one</source>
      <translation>steht zweimal in der Datei; andere Programme sehen nur eines davon</translation>
    </message>
    <message>
      <source>{name} is listed before with another size</source>
      <translation>{name} kommt vorher mit anderer Größe vor</translation>
    </message>
    <message>
      <source>{name} is listed twice; the objects were joined</source>
      <translation>{name} kommt zweimal vor; die Objekte wurden zusammengelegt</translation>
    </message>
    <message>
      <source>has no id of its own &gt;= 1 and was left out</source>
      <translation>hat keine eigene Nummer &gt;= 1 und wurde weggelassen</translation>
    </message>
    <message>
      <source>{name!r} is empty or used twice; it became {renamed}</source>
      <translation>{name!r} ist leer oder doppelt; daraus wurde {renamed}</translation>
    </message>
    <message>
      <source>is not a mapping</source>
      <translation>ist keine Zuordnung</translation>
    </message>
    <message>
      <source>{raw_image!r} leads to no usable picture</source>
      <translation>{raw_image!r} führt zu keinem brauchbaren Bild</translation>
    </message>
    <message>
      <source>The export was refused: {reason}.</source>
      <translation>Der Export wurde verweigert: {reason}.</translation>
    </message>
    <message>
      <source>Correct it in the project, then export again.</source>
      <translation>Berichtigen Sie es im Projekt, und exportieren Sie dann noch einmal.</translation>
    </message>
    <message>
      <source>{path} exists already.</source>
      <translation>{path} gibt es schon.</translation>
    </message>
    <message>
      <source>Choose another name, or allow it to be replaced.</source>
      <translation>Wählen Sie einen anderen Namen, oder erlauben Sie das Ersetzen.</translation>
    </message>
    <message>
      <source>its outline is longer than other programs can draw</source>
      <translation>sein Umriss ist länger, als andere Programme zeichnen können</translation>
    </message>
    <message>
      <source>says {size}, but the picture has {size2}</source>
      <translation>nennt {size}, aber das Bild hat {size2}</translation>
    </message>
    <message>
      <source>a picture of {size} is larger than {max_image_pixels:,} pixels</source>
      <translation>ein Bild mit {size} ist größer als {max_image_pixels:,} Pixel</translation>
    </message>
    <message>
      <source>width and height must be whole numbers</source>
      <translation>Breite und Höhe müssen ganze Zahlen sein</translation>
    </message>
    <message>
      <source>{value} cannot be the side of a picture</source>
      <translation>{value} kann nicht die Seite eines Bildes sein</translation>
    </message>
    <message>
      <source>width and height are text; they must be numbers</source>
      <translation>Breite und Höhe sind Text; es müssen Zahlen sein</translation>
    </message>
    <message>
      <source>{error}; the size is taken from the picture</source>
      <translation>{error}; die Größe wurde vom Bild genommen</translation>
    </message>
    <message>
      <source>CVAT for images 1.1 (XML)</source>
      <translation>CVAT for images 1.1 (XML)</translation>
    </message>
    <message>
      <source>is larger than 2 GiB</source>
      <translation>ist größer als 2 GiB</translation>
    </message>
    <message>
      <source>has entities, which could be an attack</source>
      <translation>hat Entities, die ein Angriff sein könnten</translation>
    </message>
    <message>
      <source>cannot be read: {strerror}</source>
      <translation>kann nicht gelesen werden: {strerror}</translation>
    </message>
    <message>
      <source>is not a file of CVAT: it starts with &lt;{tag}&gt;</source>
      <translation>ist keine CVAT-Datei: Sie beginnt mit &lt;{tag}&gt;</translation>
    </message>
    <message>
      <source>{failed}; this part was left out</source>
      <translation>{failed}; dieser Teil wurde weggelassen</translation>
    </message>
    <message>
      <source>has no class name; it became 'unnamed'</source>
      <translation>hat keinen Klassennamen; daraus wurde „unnamed“</translation>
    </message>
    <message>
      <source>has no number</source>
      <translation>hat keine Nummer</translation>
    </message>
    <message>
      <source>covers no pixel of the picture</source>
      <translation>bedeckt kein Pixel des Bildes</translation>
    </message>
    <message>
      <source>{name} is {value}, far outside of any picture</source>
      <translation>{name} ist {value}, weit außerhalb jedes Bildes</translation>
    </message>
    <message>
      <source>has {points} points; it needs at least {least}</source>
      <translation>hat {points} Punkte; es braucht mindestens {least}</translation>
    </message>
    <message>
      <source>its box of {width}x{height} does not fit the picture of {size}</source>
      <translation>sein Rahmen von {width}x{height} passt nicht in das Bild mit {size}</translation>
    </message>
    <message>
      <source>its runs cover {runs} pixels of {width}</source>
      <translation>seine Läufe bedecken {runs} von {width} Pixeln</translation>
    </message>
    <message>
      <source>a {tag} has no area here</source>
      <translation>ein {tag} hat hier keine Fläche</translation>
    </message>
    <message>
      <source>{name} is {text!r}, not a number</source>
      <translation>{name} ist {text!r}, keine Zahl</translation>
    </message>
    <message>
      <source>{pair!r} lies far outside of any picture</source>
      <translation>{pair!r} liegt weit außerhalb jedes Bildes</translation>
    </message>
    <message>
      <source>its rle is not a list of whole numbers</source>
      <translation>sein rle ist keine Liste ganzer Zahlen</translation>
    </message>
    <message>
      <source>{pair!r} is not a point</source>
      <translation>{pair!r} ist kein Punkt</translation>
    </message>
    <message>
      <source>frames are numbered by the letters of their names, as CVAT does: {first} comes before {second}, other than in the list of pictures; zeros in front of the numbers make both alike</source>
      <translation>Frames sind nach den Buchstaben ihrer Namen nummeriert, wie CVAT es tut: {first} kommt vor {second}, anders als in der Liste der Bilder; Nullen vor den Nummern machen beides gleich</translation>
    </message>
    <message>
      <source>CVAT for video 1.1, tracks (XML)</source>
      <translation>CVAT for video 1.1, Spuren (XML)</translation>
    </message>
    <message>
      <source>Datumaro (JSON)</source>
      <translation>Datumaro (JSON)</translation>
    </message>
    <message>
      <source>a {kind} has no area here</source>
      <translation>ein {kind} hat hier keine Fläche</translation>
    </message>
    <message>
      <source>is not a list of coordinates</source>
      <translation>ist keine Liste von Koordinaten</translation>
    </message>
    <message>
      <source>is not an item with annotations</source>
      <translation>ist kein Eintrag mit Annotationen</translation>
    </message>
    <message>
      <source>names no picture</source>
      <translation>nennt kein Bild</translation>
    </message>
    <message>
      <source>{number!r} is not in the list</source>
      <translation>{number!r} steht nicht in der Liste</translation>
    </message>
    <message>
      <source>has no run-length code of {size}</source>
      <translation>hat keinen Lauflängencode für {size}</translation>
    </message>
    <message>
      <source>is not a polygon of at least 3 points</source>
      <translation>ist kein Polygon aus mindestens 3 Punkten</translation>
    </message>
    <message>
      <source>{title} cannot be read.</source>
      <translation>{title} kann nicht gelesen werden.</translation>
    </message>
    <message>
      <source>Choose another format.</source>
      <translation>Wählen Sie ein anderes Format.</translation>
    </message>
    <message>
      <source>A repair never replaces the file that it repairs.</source>
      <translation>Eine Reparatur ersetzt nie die Datei, die sie repariert.</translation>
    </message>
    <message>
      <source>{source} was changed since the repair was planned.</source>
      <translation>{source} wurde geändert, seit die Reparatur geplant wurde.</translation>
    </message>
    <message>
      <source>Check it again.</source>
      <translation>Prüfen Sie sie noch einmal.</translation>
    </message>
    <message>
      <source>DOTA (txt)</source>
      <translation>DOTA (txt)</translation>
    </message>
    <message>
      <source>The export was refused: two class names are one without spaces.</source>
      <translation>Der Export wurde verweigert: Zwei Klassennamen sind ohne Leerzeichen gleich.</translation>
    </message>
    <message>
      <source>Rename one.</source>
      <translation>Benennen Sie eine um.</translation>
    </message>
    <message>
      <source>there is no single picture {inner}.*</source>
      <translation>es gibt nicht genau ein Bild {inner}.*</translation>
    </message>
    <message>
      <source>is not eight numbers and a class</source>
      <translation>ist nicht acht Zahlen und eine Klasse</translation>
    </message>
    <message>
      <source>has a coordinate far outside of any picture</source>
      <translation>hat eine Koordinate weit außerhalb jedes Bildes</translation>
    </message>
    <message>
      <source>The export was refused: {foreign} in {target} would be replaced, and this program did not write them, or they were changed since.</source>
      <translation>Der Export wurde verweigert: {foreign} in {target} würde ersetzt, und dieses Programm hat das nicht geschrieben, oder es wurde seitdem geändert.</translation>
    </message>
    <message>
      <source>Choose an empty folder.</source>
      <translation>Wählen Sie einen leeren Ordner.</translation>
    </message>
    <message>
      <source>The list of what was exported to {target} before cannot be read ({error}).</source>
      <translation>Die Liste dessen, was früher nach {target} exportiert wurde, ist nicht lesbar ({error}).</translation>
    </message>
    <message>
      <source>It tells our files from others: choose an empty folder.</source>
      <translation>Sie unterscheidet eigene Dateien von fremden: Wählen Sie einen leeren Ordner.</translation>
    </message>
    <message>
      <source>{name} is {content!r}</source>
      <translation>{name} ist {content!r}</translation>
    </message>
    <message>
      <source>cannot be understood ({error})</source>
      <translation>ist nicht zu verstehen ({error})</translation>
    </message>
    <message>
      <source>{target} is a file.</source>
      <translation>{target} ist eine Datei.</translation>
    </message>
    <message>
      <source>This format is a folder of files: choose a folder.</source>
      <translation>Dieses Format ist ein Ordner voller Dateien: Wählen Sie einen Ordner.</translation>
    </message>
    <message>
      <source>The export was refused: two pictures would share the file {name}.</source>
      <translation>Der Export wurde verweigert: Zwei Bilder würden sich die Datei {name} teilen.</translation>
    </message>
    <message>
      <source>This format names a file after its picture without the extension: rename one of them.</source>
      <translation>Dieses Format benennt eine Datei nach ihrem Bild ohne Endung: Benennen Sie eines um.</translation>
    </message>
    <message>
      <source>The export was refused: the class name {name!r} has control characters.</source>
      <translation>Der Export wurde verweigert: Der Klassenname {name!r} enthält Steuerzeichen.</translation>
    </message>
    <message>
      <source>Rename the class.</source>
      <translation>Benennen Sie die Klasse um.</translation>
    </message>
    <message>
      <source>The export was refused: {words}.</source>
      <translation>Der Export wurde verweigert: {words}.</translation>
    </message>
    <message>
      <source>Rename the picture.</source>
      <translation>Benennen Sie das Bild um.</translation>
    </message>
    <message>
      <source>{source} cannot be linked to: {strerror}.</source>
      <translation>{source} lässt sich nicht verlinken: {strerror}.</translation>
    </message>
    <message>
      <source>Choose copies of the pictures.</source>
      <translation>Wählen Sie Kopien der Bilder.</translation>
    </message>
    <message>
      <source>GeoJSON</source>
      <translation>GeoJSON</translation>
    </message>
    <message>
      <source>{reason}; it became {new}</source>
      <translation>{reason}; daraus wurde {new}</translation>
    </message>
    <message>
      <source>ISAT (JSON)</source>
      <translation>ISAT (JSON)</translation>
    </message>
    <message>
      <source>is not a list of at least 3 points</source>
      <translation>ist keine Liste von mindestens 3 Punkten</translation>
    </message>
    <message>
      <source>is not an object</source>
      <translation>ist kein Objekt</translation>
    </message>
    <message>
      <source>{category!r} is not a name; it became 'unnamed'</source>
      <translation>{category!r} ist kein Name; daraus wurde „unnamed“</translation>
    </message>
    <message>
      <source>{layer!r} is not a number; taken as 1</source>
      <translation>{layer!r} ist keine Zahl; als 1 genommen</translation>
    </message>
    <message>
      <source>names {duplicates} twice; the last one counts</source>
      <translation>nennt {duplicates} zweimal; das letzte zählt</translation>
    </message>
    <message>
      <source>reaches out of the picture; cut off</source>
      <translation>reicht aus dem Bild hinaus; abgeschnitten</translation>
    </message>
    <message>
      <source>has no usable part</source>
      <translation>hat keinen brauchbaren Teil</translation>
    </message>
    <message>
      <source>covers no pixel of the picture that is not cut out again</source>
      <translation>bedeckt kein Pixel des Bildes, das nicht wieder ausgeschnitten wird</translation>
    </message>
    <message>
      <source>is {crowd!r}, not true or false</source>
      <translation>ist {crowd!r}, weder wahr noch falsch</translation>
    </message>
    <message>
      <source>is not an ISAT file: it has no info and objects</source>
      <translation>ist keine ISAT-Datei: info und objects fehlen</translation>
    </message>
    <message>
      <source>{path} is empty: there is nothing in it to read.</source>
      <translation>{path} ist leer: es gibt darin nichts zu lesen.</translation>
    </message>
    <message>
      <source>Copy it again, or export it again from the program that made it.</source>
      <translation>Kopieren Sie die Datei noch einmal, oder exportieren Sie sie neu aus dem Programm, das sie geschrieben hat.</translation>
    </message>
    <message>
      <source>{path} is not valid JSON: {words} (line {line:,}, column {column:,}).</source>
      <translation>{path} ist kein gültiges JSON: {words} (Zeile {line:,}, Spalte {column:,}).</translation>
    </message>
    <message>
      <source>Copy it again, or export it again from the program that made it; a text editor shows the place.</source>
      <translation>Kopieren Sie die Datei noch einmal, oder exportieren Sie sie neu aus dem Programm, das sie geschrieben hat; ein Texteditor zeigt die Stelle.</translation>
    </message>
    <message>
      <source>{path} is not UTF-8 text (byte {file:,}).</source>
      <translation>{path} ist kein UTF-8-Text (Byte {file:,}).</translation>
    </message>
    <message>
      <source>Save it as UTF-8.</source>
      <translation>Speichern Sie sie als UTF-8.</translation>
    </message>
    <message>
      <source>The export was refused: a value cannot be written as JSON ({error}): {value}.</source>
      <translation>Der Export wurde verweigert: Ein Wert lässt sich nicht als JSON schreiben ({error}): {value}.</translation>
    </message>
    <message>
      <source>is not a readable PNG ({words})</source>
      <translation>ist kein lesbares PNG ({words})</translation>
    </message>
    <message>
      <source>is not a PNG</source>
      <translation>ist kein PNG</translation>
    </message>
    <message>
      <source>has colours ({mode}), not ids or palette indices</source>
      <translation>hat Farben ({mode}), weder Nummern noch Palettenplätze</translation>
    </message>
    <message>
      <source>has no colours</source>
      <translation>hat keine Farben</translation>
    </message>
    <message>
      <source>has values that are no ids</source>
      <translation>hat Werte, die keine Nummern sind</translation>
    </message>
    <message>
      <source>Label Studio (JSON)</source>
      <translation>Label Studio (JSON)</translation>
    </message>
    <message>
      <source>is not a region</source>
      <translation>ist kein Bereich</translation>
    </message>
    <message>
      <source>{key} is {number!r}, not a share of the picture</source>
      <translation>{key} ist {number!r}, kein Anteil des Bildes</translation>
    </message>
    <message>
      <source>has no 3 points</source>
      <translation>hat keine 3 Punkte</translation>
    </message>
    <message>
      <source>is not a task with data</source>
      <translation>ist keine Aufgabe mit Daten</translation>
    </message>
    <message>
      <source>has no run-length code</source>
      <translation>hat keinen Lauflängencode</translation>
    </message>
    <message>
      <source>{point} is not a point</source>
      <translation>{point} ist kein Punkt</translation>
    </message>
    <message>
      <source>The export was refused: object {id}: {error}.</source>
      <translation>Der Export wurde verweigert: Objekt {id}: {error}.</translation>
    </message>
    <message>
      <source>was annotated by several; one of them counts</source>
      <translation>wurde von mehreren annotiert; eine davon zählt</translation>
    </message>
    <message>
      <source>X-AnyLabeling (JSON)</source>
      <translation>X-AnyLabeling (JSON)</translation>
    </message>
    <message>
      <source>labelme (JSON)</source>
      <translation>labelme (JSON)</translation>
    </message>
    <message>
      <source>{label!r} is not a class name; it became 'unnamed'</source>
      <translation>{label!r} ist kein Klassenname; daraus wurde „unnamed“</translation>
    </message>
    <message>
      <source>is not a labelme file: it has no list of shapes</source>
      <translation>ist keine labelme-Datei: Die Liste der shapes fehlt</translation>
    </message>
    <message>
      <source>is not a shape</source>
      <translation>ist keine Form</translation>
    </message>
    <message>
      <source>{group!r} is not a whole number; left out</source>
      <translation>{group!r} ist keine ganze Zahl; weggelassen</translation>
    </message>
    <message>
      <source>is not a mapping to true or false; left out</source>
      <translation>ist keine Zuordnung zu wahr oder falsch; weggelassen</translation>
    </message>
    <message>
      <source>its PNG has {shape_hw} pixels, its corners span {wanted}</source>
      <translation>sein PNG hat {shape_hw} Pixel, seine Ecken umfassen {wanted}</translation>
    </message>
    <message>
      <source>shape_type {kind!r} has no area here</source>
      <translation>shape_type {kind!r} hat hier keine Fläche</translation>
    </message>
    <message>
      <source>has no points</source>
      <translation>hat keine Punkte</translation>
    </message>
    <message>
      <source>has {points} points instead of 2 or 4</source>
      <translation>hat {points} Punkte statt 2 oder 4</translation>
    </message>
    <message>
      <source>has {points} points instead of centre and edge</source>
      <translation>hat {points} Punkte statt Mitte und Rand</translation>
    </message>
    <message>
      <source>a mask needs two points and a PNG in base64</source>
      <translation>eine Maske braucht zwei Punkte und ein PNG in Base64</translation>
    </message>
    <message>
      <source>has {points} points instead of {number}</source>
      <translation>hat {points} Punkte statt {number}</translation>
    </message>
    <message>
      <source>has {points} points; it needs at least {number}</source>
      <translation>hat {points} Punkte; es braucht mindestens {number}</translation>
    </message>
    <message>
      <source>its PNG cannot be read ({error})</source>
      <translation>sein PNG kann nicht gelesen werden ({error})</translation>
    </message>
    <message>
      <source>its PNG of {size} is larger than the picture</source>
      <translation>sein PNG mit {size} ist größer als das Bild</translation>
    </message>
    <message>
      <source>PNG masks</source>
      <translation>PNG-Masken</translation>
    </message>
    <message>
      <source>PNGs of class numbers</source>
      <translation>PNGs mit Klassennummern</translation>
    </message>
    <message>
      <source>The numbers are classes: all pixels of a class in a picture become one object.</source>
      <translation>Die Zahlen sind Klassen: Alle Pixel einer Klasse in einem Bild werden ein Objekt.</translation>
    </message>
    <message>
      <source>PNGs of object numbers</source>
      <translation>PNGs mit Objektnummern</translation>
    </message>
    <message>
      <source>The numbers are objects: each number in a picture becomes an object of its own.</source>
      <translation>Die Zahlen sind Objekte: Jede Zahl in einem Bild wird ein eigenes Objekt.</translation>
    </message>
    <message>
      <source>{source} holds PNGs of numbers, which can be classes or objects.</source>
      <translation>In {source} liegen PNGs mit Zahlen; das können Klassen oder Objekte sein.</translation>
    </message>
    <message>
      <source>Name the format png-labels (classes) or png-numbers (objects), or put them into a folder called {semantic} or {instances}.</source>
      <translation>Nennen Sie das Format png-labels (Klassen) oder png-numbers (Objekte), oder legen Sie sie in einen Ordner namens {semantic} oder {instances}.</translation>
    </message>
    <message>
      <source>has another size than the instances</source>
      <translation>hat eine andere Größe als die Instanzen</translation>
    </message>
    <message>
      <source>The export was refused: PNG masks hold at most 65,535 classes.</source>
      <translation>Der Export wurde verweigert: PNG-Masken fassen höchstens 65.535 Klassen.</translation>
    </message>
    <message>
      <source>is not a class with value and name</source>
      <translation>ist keine Klasse mit Wert und Namen</translation>
    </message>
    <message>
      <source>{name!r} or its value {value} stands twice</source>
      <translation>{name!r} oder sein Wert {value} kommt zweimal vor</translation>
    </message>
    <message>
      <source>class {number} has no name in {classes}</source>
      <translation>die Klasse {number} hat in {classes} keinen Namen</translation>
    </message>
    <message>
      <source>PNG masks, one for each object</source>
      <translation>PNG-Masken, eine je Objekt</translation>
    </message>
    <message>
      <source>PNG masks, one for each class</source>
      <translation>PNG-Masken, eine je Klasse</translation>
    </message>
    <message>
      <source>Colour PNGs of classes</source>
      <translation>Farb-PNGs der Klassen</translation>
    </message>
    <message>
      <source>{source} has no labelmap.txt, so its colours have no names.</source>
      <translation>{source} hat keine labelmap.txt, darum haben seine Farben keine Namen.</translation>
    </message>
    <message>
      <source>Write one: a line 'name:red,green,blue' for each class.</source>
      <translation>Schreiben Sie eine: eine Zeile „Name:Rot,Grün,Blau“ je Klasse.</translation>
    </message>
    <message>
      <source>The export was refused: a class name has a colon, a line break or outer spaces.</source>
      <translation>Der Export wurde verweigert: Ein Klassenname hat einen Doppelpunkt, einen Zeilenumbruch oder Leerzeichen am Rand.</translation>
    </message>
    <message>
      <source>has {size}, the picture has {size2}</source>
      <translation>hat {size}, das Bild hat {size2}</translation>
    </message>
    <message>
      <source>has no pixel of an object</source>
      <translation>hat kein Pixel eines Objekts</translation>
    </message>
    <message>
      <source>MOTS, masks of tracks (txt)</source>
      <translation>MOTS, Masken von Spuren (txt)</translation>
    </message>
    <message>
      <source>The export was refused: a class name has a line break or outer spaces, or is 'background'.</source>
      <translation>Der Export wurde abgelehnt: ein Klassenname hat einen Zeilenumbruch oder Leerzeichen am Rand oder heißt „background“.</translation>
    </message>
    <message>
      <source>says {width}x{height}, but its picture has {size}</source>
      <translation>nennt {width}x{height}, aber das Bild hat {size}</translation>
    </message>
    <message>
      <source>is not five whole numbers and a run-length code</source>
      <translation>besteht nicht aus fünf ganzen Zahlen und einem Lauflängencode</translation>
    </message>
    <message>
      <source>{name!r} is not a file name</source>
      <translation>{name!r} ist kein Dateiname</translation>
    </message>
    <message>
      <source>{name!r} is an absolute path; only paths inside the image folder count</source>
      <translation>{name!r} ist ein absoluter Pfad; nur Pfade im Bilderordner zählen</translation>
    </message>
    <message>
      <source>The export was refused: the name {name}… would have {count:,} bytes, and a file may have {longest}.</source>
      <translation>Der Export wurde abgelehnt: Der Name {name}… hätte {count:,} Bytes, eine Datei darf {longest} haben.</translation>
    </message>
    <message>
      <source>Rename the picture, or choose a format that is one file, such as COCO.</source>
      <translation>Benennen Sie das Bild um, oder wählen Sie ein Format, das eine einzige Datei ist, etwa COCO.</translation>
    </message>
    <message>
      <source>{name!r} leaves the image folder</source>
      <translation>{name!r} verlässt den Bilderordner</translation>
    </message>
    <message>
      <source>its outline crosses {crossings:,.0f} rows of the picture, which is no object</source>
      <translation>sein Umriss kreuzt {crossings:,.0f} Zeilen des Bildes; das ist kein Objekt</translation>
    </message>
    <message>
      <source>its outline is {cut:,.0f} pixels long, which is no object</source>
      <translation>sein Umriss ist {cut:,.0f} Pixel lang; das ist kein Objekt</translation>
    </message>
    <message>
      <source>{source} holds no {suffix} file.</source>
      <translation>{source} enthält keine Datei mit der Endung {suffix}.</translation>
    </message>
    <message>
      <source>no picture {stem}.* is known; it is taken as {guess}</source>
      <translation>es ist kein Bild {stem}.* bekannt; genommen wird {guess}</translation>
    </message>
    <message>
      <source>{file_name} would be the picture of {other} and of {name}</source>
      <translation>{file_name} wäre das Bild von {other} und von {name}</translation>
    </message>
    <message>
      <source>{file_name} is described before with another size</source>
      <translation>{file_name} wird vorher mit anderer Größe beschrieben</translation>
    </message>
    <message>
      <source>is not a file name</source>
      <translation>ist kein Dateiname</translation>
    </message>
    <message>
      <source>{error}; taken as {beside}</source>
      <translation>{error}; genommen wird {beside}</translation>
    </message>
    <message>
      <source>{folder} is not a folder.</source>
      <translation>{folder} ist kein Ordner.</translation>
    </message>
    <message>
      <source>Choose the folder that holds the pictures.</source>
      <translation>Wählen Sie den Ordner, in dem die Bilder liegen.</translation>
    </message>
    <message>
      <source>{folder} holds the folder {path} of the project.</source>
      <translation>{folder} enthält den Ordner {path} des Projekts.</translation>
    </message>
    <message>
      <source>Choose that folder, or import into another project.</source>
      <translation>Wählen Sie diesen Ordner, oder importieren Sie in ein anderes Projekt.</translation>
    </message>
    <message>
      <source>Move the picture into a folder of its own.</source>
      <translation>Legen Sie das Bild in einen eigenen Ordner.</translation>
    </message>
    <message>
      <source>{file_name} is not in {places}.</source>
      <translation>{file_name} liegt nicht in {places}.</translation>
    </message>
    <message>
      <source>{file_name} is not a picture of the dataset.</source>
      <translation>{file_name} ist kein Bild des Datensatzes.</translation>
    </message>
    <message>
      <source>{relative!r} leads out of {root} through a link</source>
      <translation>{relative!r} führt durch einen Link aus {root} hinaus</translation>
    </message>
    <message>
      <source>is in the project already, pixel for pixel</source>
      <translation>ist schon im Projekt, Pixel für Pixel</translation>
    </message>
    <message>
      <source>lies pixel for pixel on an object of another class in the project</source>
      <translation>liegt Pixel für Pixel auf einem Objekt einer anderen Klasse im Projekt</translation>
    </message>
    <message>
      <source>classes are left out, so others are numbered anew: {shown}</source>
      <translation>Klassen wurden weggelassen, darum sind andere neu nummeriert: {shown}</translation>
    </message>
    <message>
      <source>left out, as their names are nothing but dots before the ending: {shown}</source>
      <translation>ausgelassen, da ihre Namen vor der Endung nur aus Punkten bestehen: {shown}</translation>
    </message>
    <message>
      <source>The export was refused: the size of {path} is not known. {words}</source>
      <translation>Der Export wurde verweigert: Die Größe von {path} ist nicht bekannt. {words}</translation>
    </message>
    <message>
      <source>Bring the picture back, or export labelled pictures only.</source>
      <translation>Bringen Sie das Bild zurück, oder exportieren Sie nur annotierte Bilder.</translation>
    </message>
    <message>
      <source>{path} can be {titles}.</source>
      <translation>{path} kann sein: {titles}.</translation>
    </message>
    <message>
      <source>Name the format. {told}</source>
      <translation>Nennen Sie das Format. {told}</translation>
    </message>
    <message>
      <source>There is no format {name!r}.</source>
      <translation>Es gibt kein Format {name!r}.</translation>
    </message>
    <message>
      <source>Choose one of: {known}.</source>
      <translation>Wählen Sie eines von: {known}.</translation>
    </message>
    <message>
      <source>The format of {path} is not known.</source>
      <translation>Das Format von {path} ist nicht bekannt.</translation>
    </message>
    <message>
      <source>Name it, if it is one of {known}.</source>
      <translation>Nennen Sie es, wenn es eines von diesen ist: {known}.</translation>
    </message>
    <message>
      <source>SA-1B (JSON)</source>
      <translation>SA-1B (JSON)</translation>
    </message>
    <message>
      <source>is not an SA-1B file: it has no image and annotations</source>
      <translation>ist keine SA-1B-Datei: image und annotations fehlen</translation>
    </message>
    <message>
      <source>is not a list of points and was left out</source>
      <translation>ist keine Liste von Punkten und wurde weggelassen</translation>
    </message>
    <message>
      <source>The export was refused: {first} has {size}, and {other} has {size2}. All frames of a video have one size.</source>
      <translation>Der Export wurde abgelehnt: {first} hat {size}, {other} hat {size2}. Alle Bilder eines Videos haben eine Größe.</translation>
    </message>
    <message>
      <source>Keep pictures of different sizes in folders of their own, or choose another format.</source>
      <translation>Legen Sie Bilder verschiedener Größe in eigene Ordner, oder wählen Sie ein anderes Format.</translation>
    </message>
    <message>
      <source>Cannot keep data for a while: {error}.</source>
      <translation>Daten lassen sich nicht zwischenlagern: {error}.</translation>
    </message>
    <message>
      <source>{words}: on Windows and macOS one of them would take the other's place</source>
      <translation>{words}: Unter Windows und macOS würde eines den Platz des anderen einnehmen</translation>
    </message>
    <message>
      <source>The export was refused: {seen} and {name} would both be called {new}.</source>
      <translation>Der Export wurde verweigert: {seen} und {name} hießen beide {new}.</translation>
    </message>
    <message>
      <source>Keep the folders in the file names, or rename one of the pictures.</source>
      <translation>Behalten Sie die Ordner in den Dateinamen, oder benennen Sie eines der Bilder um.</translation>
    </message>
    <message>
      <source>is nested too deeply for a list of classes</source>
      <translation>ist zu tief verschachtelt für eine Klassenliste</translation>
    </message>
    <message>
      <source>is not UTF-8 text (byte {start:,})</source>
      <translation>ist kein UTF-8-Text (Byte {start:,})</translation>
    </message>
    <message>
      <source>Save it as UTF-8 with a text editor.</source>
      <translation>Speichern Sie sie mit einem Texteditor als UTF-8.</translation>
    </message>
    <message>
      <source>is not plain YAML: {line}</source>
      <translation>ist kein einfaches YAML: {line}</translation>
    </message>
    <message>
      <source>has an alias that contains itself</source>
      <translation>hat einen Alias, der sich selbst enthält</translation>
    </message>
    <message>
      <source>has a number of {value:,} digits</source>
      <translation>hat eine Zahl mit {value:,} Ziffern</translation>
    </message>
    <message>
      <source>repeats values by aliases too often (write them out)</source>
      <translation>wiederholt Werte zu oft durch Aliase (schreiben Sie sie aus)</translation>
    </message>
    <message>
      <source>{title} cannot be written.</source>
      <translation>{title} kann nicht geschrieben werden.</translation>
    </message>
    <message>
      <source>VIA (JSON)</source>
      <translation>VIA (JSON)</translation>
    </message>
    <message>
      <source>has no shape</source>
      <translation>hat keine Form</translation>
    </message>
    <message>
      <source>{key} is {value!r}, not a coordinate</source>
      <translation>{key} ist {value!r}, keine Koordinate</translation>
    </message>
    <message>
      <source>has no {least} points</source>
      <translation>hat keine {least} Punkte</translation>
    </message>
    <message>
      <source>has something that is not a coordinate</source>
      <translation>enthält etwas, das keine Koordinate ist</translation>
    </message>
    <message>
      <source>is not a file of VIA</source>
      <translation>ist keine VIA-Datei</translation>
    </message>
    <message>
      <source>is a line whose ends meet; it was taken as an outline</source>
      <translation>ist eine Linie, deren Enden sich treffen; sie wurde als Umriss genommen</translation>
    </message>
    <message>
      <source>has no class; it became {label!r}</source>
      <translation>hat keine Klasse; daraus wurde {label!r}</translation>
    </message>
    <message>
      <source>Pascal VOC</source>
      <translation>Pascal VOC</translation>
    </message>
    <message>
      <source>The export was refused: Pascal VOC holds at most 254 classes.</source>
      <translation>Der Export wurde verweigert: Pascal VOC fasst höchstens 254 Klassen.</translation>
    </message>
    <message>
      <source>Choose fewer.</source>
      <translation>Wählen Sie weniger.</translation>
    </message>
    <message>
      <source>The export was refused: a class name has spaces at its end or a line break.</source>
      <translation>Der Export wurde verweigert: Ein Klassenname hat Leerzeichen am Ende oder einen Zeilenumbruch.</translation>
    </message>
    <message>
      <source>The export was refused: {file_name} has odd void pixels. {error}</source>
      <translation>Der Export wurde verweigert: {file_name} hat seltsame leere Pixel. {error}</translation>
    </message>
    <message>
      <source>has the colour {text}, which labelmap.txt does not name</source>
      <translation>hat die Farbe {text}, die labelmap.txt nicht nennt</translation>
    </message>
    <message>
      <source>has more colours than a picture has objects: it is a photograph</source>
      <translation>hat mehr Farben, als ein Bild Objekte hat: Es ist ein Foto</translation>
    </message>
    <message>
      <source>leads out of the folder through a link</source>
      <translation>führt durch einen Link aus dem Ordner hinaus</translation>
    </message>
    <message>
      <source>a mask has no object in the XML; it was taken as {fallback!r}</source>
      <translation>eine Maske hat im XML kein Objekt; sie wurde als {fallback!r} genommen</translation>
    </message>
    <message>
      <source>the corners of its box are the wrong way round; put right</source>
      <translation>die Ecken seines Rahmens sind vertauscht; berichtigt</translation>
    </message>
    <message>
      <source>has neither a mask nor a box</source>
      <translation>hat weder Maske noch Rahmen</translation>
    </message>
    <message>
      <source>its box covers no pixel of the picture</source>
      <translation>sein Rahmen bedeckt kein Pixel des Bildes</translation>
    </message>
    <message>
      <source>has no mask; the box was taken as a rectangle</source>
      <translation>hat keine Maske; der Rahmen wurde als Rechteck genommen</translation>
    </message>
    <message>
      <source>its polygon covers no pixel of the picture; its box counts</source>
      <translation>sein Polygon bedeckt kein Pixel des Bildes; sein Rahmen zählt</translation>
    </message>
    <message>
      <source>{fallback} has no name</source>
      <translation>{fallback} hat keinen Namen</translation>
    </message>
    <message>
      <source>{place}; left out</source>
      <translation>{place}; weggelassen</translation>
    </message>
    <message>
      <source>is not a VOC file: it starts with &lt;{tag}&gt;</source>
      <translation>ist keine VOC-Datei: Sie beginnt mit &lt;{tag}&gt;</translation>
    </message>
    <message>
      <source>The export was refused: {text!r} has characters that XML cannot hold.</source>
      <translation>Der Export wurde verweigert: {text!r} enthält Zeichen, die XML nicht fasst.</translation>
    </message>
    <message>
      <source>Rename it.</source>
      <translation>Benennen Sie es um.</translation>
    </message>
    <message>
      <source>{path} is not valid XML (line {line:,}, column {column:,}).</source>
      <translation>{path} ist kein gültiges XML (Zeile {line:,}, Spalte {column:,}).</translation>
    </message>
    <message>
      <source>has more than 8 MB without an element</source>
      <translation>hat mehr als 8 MB ohne ein Element</translation>
    </message>
    <message>
      <source>YOLO segmentation (txt)</source>
      <translation>YOLO, Umrisse (txt)</translation>
    </message>
    <message>
      <source>YOLO detection (txt)</source>
      <translation>YOLO, Rahmen (txt)</translation>
    </message>
    <message>
      <source>YOLO turned boxes (txt)</source>
      <translation>YOLO, gedrehte Rahmen (txt)</translation>
    </message>
    <message>
      <source>there is no picture {stem}.*, and without it the size is not known</source>
      <translation>es gibt kein Bild {stem}.*, und ohne es ist die Größe nicht bekannt</translation>
    </message>
    <message>
      <source>{name} has no list of class names</source>
      <translation>{name} hat keine Liste von Klassennamen</translation>
    </message>
    <message>
      <source>It needs 'names'.</source>
      <translation>Es braucht „names“.</translation>
    </message>
    <message>
      <source>{name} names a class twice</source>
      <translation>{name} nennt eine Klasse zweimal</translation>
    </message>
    <message>
      <source>Give each class a name of its own.</source>
      <translation>Geben Sie jeder Klasse einen eigenen Namen.</translation>
    </message>
    <message>
      <source>the class {name!r} is not in the list of names</source>
      <translation>die Klasse {name!r} steht nicht in der Liste der Namen</translation>
    </message>
    <message>
      <source>has {values} coordinates; a ring has pairs, at least 3</source>
      <translation>hat {values} Koordinaten; ein Ring hat Paare, mindestens 3</translation>
    </message>
    <message>
      <source>{seen} share this file; it cannot be told whose it is</source>
      <translation>{seen} teilen sich diese Datei; wem sie gehört, lässt sich nicht sagen</translation>
    </message>
    <message>
      <source>has keypoints, which are left out; its box counts</source>
      <translation>hat Schlüsselpunkte, die weggelassen werden; sein Rahmen zählt</translation>
    </message>
    <message>
      <source>is a box without an outline; it was taken as a rectangle</source>
      <translation>ist ein Rahmen ohne Umriss; er wurde als Rechteck genommen</translation>
    </message>
    <message>
      <source>has commas or semicolons, which programs that train stop at</source>
      <translation>enthält Kommas oder Semikolons, an denen Trainingsprogramme scheitern</translation>
    </message>
    <message>
      <source>has the name {name!r} where the number of a class belongs</source>
      <translation>hat den Namen {name!r}, wo die Nummer einer Klasse stehen muss</translation>
    </message>
    <message>
      <source>class {number} has no name</source>
      <translation>die Klasse {number} hat keinen Namen</translation>
    </message>
    <message>
      <source>is no label file, and there is no picture of its name</source>
      <translation>ist keine Annotationsdatei, und es gibt kein Bild dieses Namens</translation>
    </message>
    <message>
      <source>has the number {track} of a track, which is left out</source>
      <translation>hat die Nummer {track} einer Spur, die weggelassen wird</translation>
    </message>
    <message>
      <source>has no class, or nothing behind it</source>
      <translation>hat keine Klasse, oder dahinter steht nichts</translation>
    </message>
    <message>
      <source>has a number that is no share of the picture</source>
      <translation>hat eine Zahl, die kein Anteil des Bildes ist</translation>
    </message>
    <message>
      <source>Use the device auto or cpu.</source>
      <translation>Nehmen Sie das Gerät auto oder cpu.</translation>
    </message>
    <message>
      <source>There is no GPU {index}.</source>
      <translation>Eine GPU {index} gibt es nicht.</translation>
    </message>
    <message>
      <source>There are {cuda}.</source>
      <translation>Es gibt {cuda}.</translation>
    </message>
    <message>
      <source>{name!r} is not a device.</source>
      <translation>{name!r} ist kein Gerät.</translation>
    </message>
    <message>
      <source>Use auto, cpu or cuda.</source>
      <translation>Nehmen Sie auto, cpu oder cuda.</translation>
    </message>
    <message>
      <source>The device {wanted!r} cannot be used: {reason}.</source>
      <translation>Das Gerät {wanted!r} kann nicht benutzt werden: {reason}.</translation>
    </message>
    <message>
      <source>Choose the device cpu or auto.</source>
      <translation>Wählen Sie das Gerät cpu oder auto.</translation>
    </message>
    <message>
      <source>No Ray cluster answers: {error}.</source>
      <translation>Kein Ray-Cluster antwortet: {error}.</translation>
    </message>
    <message>
      <source>Start one with: ray start</source>
      <translation>Starten Sie einen mit: ray start</translation>
    </message>
    <message>
      <source>The cluster lost a part of the work again and again: {error}</source>
      <translation>Der Ray-Cluster hat einen Teil der Arbeit immer wieder verloren: {error}</translation>
    </message>
    <message>
      <source>The nodes may have too little memory.</source>
      <translation>Vielleicht haben die Rechner zu wenig Arbeitsspeicher.</translation>
    </message>
    <message>
      <source>Ray is not installed.</source>
      <translation>Ray ist nicht installiert.</translation>
    </message>
    <message>
      <source>{count} pictures need about {needed:.1f} GB, more than the quota of {quota_bytes:.1f} GB allows.</source>
      <translation>{count} Bilder brauchen etwa {needed:.1f} GB, mehr als die erlaubten {quota_bytes:.1f} GB.</translation>
    </message>
    <message>
      <source>Raise the quota, or prepare a part of them.</source>
      <translation>Erlauben Sie mehr, oder bereiten Sie nur einen Teil vor.</translation>
    </message>
    <message>
      <source>{path} cannot be found: {strerror}.</source>
      <translation>{path} ist nicht zu finden: {strerror}.</translation>
    </message>
    <message>
      <source>OpenVINO could not be prepared: {reason}</source>
      <translation>OpenVINO konnte nicht vorbereitet werden: {reason}</translation>
    </message>
    <message>
      <source>PyTorch is used instead.</source>
      <translation>Stattdessen wird PyTorch benutzt.</translation>
    </message>
    <message>
      <source>Cannot list {parent}: {strerror}.</source>
      <translation>{parent} lässt sich nicht auflisten: {strerror}.</translation>
    </message>
    <message>
      <source>The model's {name} cannot be written for OpenVINO: {reason}.</source>
      <translation>Der Teil {name} des Modells kann nicht für OpenVINO geschrieben werden: {reason}.</translation>
    </message>
    <message>
      <source>There is not enough memory to run the model.</source>
      <translation>Der Arbeitsspeicher reicht nicht für das Modell.</translation>
    </message>
    <message>
      <source>The attention made for this CPU cannot be loaded: {error}.</source>
      <translation>Die für diesen Prozessor gebaute Attention lässt sich nicht laden: {error}.</translation>
    </message>
    <message>
      <source>OpenVINO finds no usable CPU: {error}.</source>
      <translation>OpenVINO findet keinen brauchbaren Prozessor: {error}.</translation>
    </message>
    <message>
      <source>OpenVINO cannot compile the model: {error}.</source>
      <translation>OpenVINO kann das Modell nicht übersetzen: {error}.</translation>
    </message>
    <message>
      <source>OpenVINO cannot load the compiled model: {error}.</source>
      <translation>OpenVINO kann das übersetzte Modell nicht laden: {error}.</translation>
    </message>
    <message>
      <source>OpenVINO cannot be loaded: {error}.</source>
      <translation>OpenVINO lässt sich nicht laden: {error}.</translation>
    </message>
    <message>
      <source>There is no runtime named {runtime!r}.</source>
      <translation>Es gibt keine Laufzeit namens {runtime!r}.</translation>
    </message>
    <message>
      <source>Known runtimes: {runtimes}.</source>
      <translation>Bekannte Laufzeiten: {runtimes}.</translation>
    </message>
    <message>
      <source>Choose the runtime torch.</source>
      <translation>Wählen Sie die Laufzeit torch.</translation>
    </message>
    <message>
      <source>OpenVINO does not run on {device!r} here.</source>
      <translation>OpenVINO läuft hier nicht auf {device!r}.</translation>
    </message>
    <message>
      <source>Choose the device cpu, or the runtime torch.</source>
      <translation>Wählen Sie das Gerät cpu oder die Laufzeit torch.</translation>
    </message>
    <message>
      <source>The GPU has not enough memory to {what}.</source>
      <translation>Der Speicher der GPU reicht nicht: {what}.</translation>
    </message>
    <message>
      <source>Close other programs or use the CPU.</source>
      <translation>Schließen Sie andere Programme, oder nehmen Sie den Prozessor.</translation>
    </message>
    <message>
      <source>There is not enough memory to {what}.</source>
      <translation>Der Arbeitsspeicher reicht nicht: {what}.</translation>
    </message>
    <message>
      <source>There is no point and no box.</source>
      <translation>Es gibt keinen Punkt und keinen Rahmen.</translation>
    </message>
    <message>
      <source>Give at least one of them.</source>
      <translation>Geben Sie mindestens eines davon an.</translation>
    </message>
    <message>
      <source>The box {box} lies outside the picture of {size}.</source>
      <translation>Der Rahmen {box} liegt außerhalb des Bildes mit {size}.</translation>
    </message>
    <message>
      <source>Coordinates are pixels from the upper left corner.</source>
      <translation>Koordinaten sind Pixel, gezählt von der linken oberen Ecke.</translation>
    </message>
    <message>
      <source>The point ({x:g}, {y:g}) lies outside the picture of {size}.</source>
      <translation>Der Punkt ({x:g}, {y:g}) liegt außerhalb des Bildes mit {size}.</translation>
    </message>
    <message>
      <source>This program was built without the list of what PyTorch consists of.</source>
      <translation>Dieses Programm wurde ohne die Liste dessen gebaut, woraus PyTorch besteht.</translation>
    </message>
    <message>
      <source>Use a program of a release, or Python with pip.</source>
      <translation>Nehmen Sie ein Programm einer Veröffentlichung, oder Python mit pip.</translation>
    </message>
    <message>
      <source>PyTorch can be added so only to the stand-alone program.</source>
      <translation>So lässt sich PyTorch nur dem eigenständigen Programm hinzufügen.</translation>
    </message>
    <message>
      <source>Add it to this Python with pip.</source>
      <translation>Fügen Sie es diesem Python mit pip hinzu.</translation>
    </message>
    <message>
      <source>{name} is no package of Python.</source>
      <translation>{name} ist kein Paket für Python.</translation>
    </message>
    <message>
      <source>{path} cannot be removed: {reason}.</source>
      <translation>{path} lässt sich nicht entfernen: {reason}.</translation>
    </message>
    <message>
      <source>Close the other windows of this program and try again.</source>
      <translation>Schließen Sie die anderen Fenster dieses Programms und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>{url}: the server does not say the size of the file.</source>
      <translation>{url}: Der Server nennt die Größe der Datei nicht.</translation>
    </message>
    <message>
      <source>{url}: the server promises {size:,} bytes, which is not the size of such a file (at most {files:,}).</source>
      <translation>{url}: Der Server verspricht {size:,} Byte; so groß ist eine solche Datei nicht (höchstens {files:,}).</translation>
    </message>
    <message>
      <source>{name} arrived damaged: {size} bytes with {hash} were promised, {seen} came.</source>
      <translation>{name} kam beschädigt an: Versprochen waren {size} Byte mit {hash}, angekommen sind {seen}.</translation>
    </message>
    <message>
      <source>{name}: the server names a place that is no address ({error}).</source>
      <translation>{name}: Der Server nennt einen Ort, der keine Adresse ist ({error}).</translation>
    </message>
    <message>
      <source>{name}: the server sends more than the {size:,} bytes that it promised.</source>
      <translation>{name}: Der Server schickt mehr als die {size:,} Byte, die er versprach.</translation>
    </message>
    <message>
      <source>There is no model named {name_or_path!r} and no file at this path.</source>
      <translation>Es gibt kein Modell namens {name_or_path!r} und keine Datei an diesem Ort.</translation>
    </message>
    <message>
      <source>Installed: {names}.</source>
      <translation>Installiert: {names}.</translation>
    </message>
    <message>
      <source>{path} is no ordinary file.</source>
      <translation>{path} ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
      <source>Remove it from the folder.</source>
      <translation>Entfernen Sie sie aus dem Ordner.</translation>
    </message>
    <message>
      <source>{path} was changed after it was saved.</source>
      <translation>{path} wurde geändert, nachdem es gespeichert war.</translation>
    </message>
    <message>
      <source>If the change is wanted, import the file under another name; else download or copy it again.</source>
      <translation>Ist die Änderung gewollt, importieren Sie die Datei unter einem anderen Namen; sonst laden oder kopieren Sie sie noch einmal.</translation>
    </message>
    <message>
      <source>{path}: the hash in the header is not usable.</source>
      <translation>{path}: Die Prüfsumme im Kopf der Datei ist unbrauchbar.</translation>
    </message>
    <message>
      <source>{name_or_path} is not installed.</source>
      <translation>{name_or_path} ist nicht installiert.</translation>
    </message>
    <message>
      <source>No model is installed.</source>
      <translation>Es ist kein Modell installiert.</translation>
    </message>
    <message>
      <source>Import one.</source>
      <translation>Importieren Sie eines.</translation>
    </message>
    <message>
      <source>{name!r} cannot be the name of a model.</source>
      <translation>{name!r} kann nicht der Name eines Modells sein.</translation>
    </message>
    <message>
      <source>Choose a name of letters, digits, dots, dashes and underscores, at most 80.</source>
      <translation>Wählen Sie einen Namen aus Buchstaben, Ziffern, Punkten, Binde- und Unterstrichen, höchstens 80.</translation>
    </message>
    <message>
      <source>There is already a model named {name!r}.</source>
      <translation>Es gibt schon ein Modell namens {name!r}.</translation>
    </message>
    <message>
      <source>Choose another name, or delete that model first.</source>
      <translation>Wählen Sie einen anderen Namen, oder löschen Sie zuerst jenes Modell.</translation>
    </message>
    <message>
      <source>No published model is named {name!r}.</source>
      <translation>Es ist kein Modell namens {name!r} veröffentlicht.</translation>
    </message>
    <message>
      <source>Published: {known}.</source>
      <translation>Veröffentlicht: {known}.</translation>
    </message>
    <message>
      <source>{path} cannot be listed: {strerror}.</source>
      <translation>{path} lässt sich nicht auflisten: {strerror}.</translation>
    </message>
    <message>
      <source>Check the permissions of the folder.</source>
      <translation>Prüfen Sie die Rechte des Ordners.</translation>
    </message>
    <message>
      <source>{path}: the architecture in the header is not usable: {error}</source>
      <translation>{path}: Der Bauplan im Kopf der Datei ist unbrauchbar: {error}</translation>
    </message>
    <message>
      <source>{path} is no usable model: {error}.</source>
      <translation>{path} ist kein brauchbares Modell: {error}.</translation>
    </message>
    <message>
      <source>{url}: the server leads on and on.</source>
      <translation>{url}: Der Server führt immer weiter.</translation>
    </message>
    <message>
      <source>{name}: the server leads from a secure to a plain address ({there}).</source>
      <translation>{name}: Der Server führt von einer gesicherten zu einer ungesicherten Adresse ({there}).</translation>
    </message>
    <message>
      <source>{name}: the server leads to an address with a name and a password.</source>
      <translation>{name}: Der Server führt zu einer Adresse mit Namen und Passwort.</translation>
    </message>
    <message>
      <source>{name}: the server leads to another one ({there}) and promises no hash.</source>
      <translation>{name}: Der Server führt zu einem anderen ({there}) und verspricht keine Prüfsumme.</translation>
    </message>
    <message>
      <source>{name}: the server leads into your own network ({there}).</source>
      <translation>{name}: Der Server führt in Ihr eigenes Netz ({there}).</translation>
    </message>
    <message>
      <source>{path} says that it has {said} pixels, and holds a frame of {coded}.</source>
      <translation>{path} gibt {said} Pixel an und enthält ein Bild von {coded}.</translation>
    </message>
    <message>
      <source>Save it anew with another program.</source>
      <translation>Speichern Sie es mit einem anderen Programm neu.</translation>
    </message>
    <message>
      <source>{path} has no frame that can be decoded.</source>
      <translation>{path} hat kein Einzelbild, das entschlüsselt werden kann.</translation>
    </message>
    <message>
      <source>{path} cannot be written: it has {count} pixels a row.</source>
      <translation>{path} kann nicht geschrieben werden: Es hat {count} Pixel in einer Zeile.</translation>
    </message>
    <message>
      <source>Cannot list the folder {folder}: {strerror}.</source>
      <translation>Der Ordner {folder} lässt sich nicht auflisten: {strerror}.</translation>
    </message>
    <message>
      <source>Check that it still exists and that you may read it.</source>
      <translation>Prüfen Sie, ob es ihn noch gibt und ob Sie ihn lesen dürfen.</translation>
    </message>
    <message>
      <source>{path} has {kind}.</source>
      <translation>{path} hat {kind}.</translation>
    </message>
    <message>
      <source>Save it with 32-bit floats, pixel by pixel.</source>
      <translation>Speichern Sie es mit 32-Bit-Gleitkommazahlen, Pixel für Pixel.</translation>
    </message>
    <message>
      <source>{path} has {size} pixels: decoding it takes {needed:.1f} GB of memory and {left:.1f} GB are free.</source>
      <translation>{path} hat {size} Pixel: Zum Dekodieren braucht es {needed:.1f} GB Arbeitsspeicher, frei sind {left:.1f} GB.</translation>
    </message>
    <message>
      <source>Close other programs, or cut it into tiles first.</source>
      <translation>Schließen Sie andere Programme, oder zerschneiden Sie es zuerst in Kacheln.</translation>
    </message>
    <message>
      <source>{path} is a TIFF of an unknown kind.</source>
      <translation>{path} ist ein TIFF unbekannter Art.</translation>
    </message>
    <message>
      <source>Save it with 8 bits a channel.</source>
      <translation>Speichern Sie es mit 8 Bit je Kanal.</translation>
    </message>
    <message>
      <source>the run-length code is cut off</source>
      <translation>der Lauflängencode ist abgeschnitten</translation>
    </message>
    <message>
      <source>a mask of {size} is too large</source>
      <translation>eine Maske mit {size} ist zu groß</translation>
    </message>
    <message>
      <source>the runs cover {merged} pixels, the picture of {size} has {area}</source>
      <translation>die Läufe bedecken {merged} Pixel, das Bild mit {size} hat {area}</translation>
    </message>
    <message>
      <source>the character {char!r} cannot be part of a run-length code</source>
      <translation>das Zeichen {char!r} gehört in keinen Lauflängencode</translation>
    </message>
    <message>
      <source>a run has a negative length</source>
      <translation>ein Lauf hat eine negative Länge</translation>
    </message>
    <message>
      <source>run {index} is {run!r}, not a whole number &gt;= 0</source>
      <translation>Lauf {index} ist {run!r}, keine ganze Zahl &gt;= 0</translation>
    </message>
    <message>
      <source>a run is longer than any picture</source>
      <translation>ein Lauf ist länger als jedes Bild</translation>
    </message>
    <message>
      <source>{path}: no picture format has the suffix {suffix!r}.</source>
      <translation>{path}: Kein Bildformat hat die Endung {suffix!r}.</translation>
    </message>
    <message>
      <source>Use .png or .jpg.</source>
      <translation>Nehmen Sie .png oder .jpg.</translation>
    </message>
    <message>
      <source>The folder of {path} does not exist.</source>
      <translation>Den Ordner von {path} gibt es nicht.</translation>
    </message>
    <message>
      <source>Create the folder first.</source>
      <translation>Legen Sie zuerst den Ordner an.</translation>
    </message>
    <message>
      <source>{path} is a JPEG picture of more than {max_scans} scans, which takes very long to decode.</source>
      <translation>{path} ist ein JPEG-Bild aus mehr als {max_scans} Durchgängen, das zu dekodieren sehr lange dauert.</translation>
    </message>
    <message>
      <source>{path} consists of more pieces than a picture has.</source>
      <translation>{path} besteht aus mehr Teilen, als ein Bild hat.</translation>
    </message>
    <message>
      <source>{path} is damaged: {error}.</source>
      <translation>{path} ist beschädigt: {error}.</translation>
    </message>
    <message>
      <source>Copy it again from where it came from.</source>
      <translation>Kopieren Sie es noch einmal von dort, wo es herkam.</translation>
    </message>
    <message>
      <source>{path} has more than {max_whole_bytes} GiB.</source>
      <translation>{path} ist größer als {max_whole_bytes} GiB.</translation>
    </message>
    <message>
      <source>Cut it into tiles first.</source>
      <translation>Zerschneiden Sie es zuerst in Kacheln.</translation>
    </message>
    <message>
      <source>{path} has {size} pixels, more than the limit of {max_pixels:,}.</source>
      <translation>{path} hat {size} Pixel, mehr als die Grenze von {max_pixels:,}.</translation>
    </message>
    <message>
      <source>{path} may not be read.</source>
      <translation>{path} darf nicht gelesen werden.</translation>
    </message>
    <message>
      <source>Check the permissions of the file.</source>
      <translation>Prüfen Sie die Rechte der Datei.</translation>
    </message>
    <message>
      <source>{path} is a folder, not a picture.</source>
      <translation>{path} ist ein Ordner, kein Bild.</translation>
    </message>
    <message>
      <source>Open it as a folder.</source>
      <translation>Öffnen Sie ihn als Ordner.</translation>
    </message>
    <message>
      <source>{path} is a link that leads in a circle.</source>
      <translation>{path} ist eine Verknüpfung, die im Kreis führt.</translation>
    </message>
    <message>
      <source>{path} is a pipe, a socket or a device, not a file.</source>
      <translation>{path} ist eine Pipe, ein Socket oder ein Gerät, keine Datei.</translation>
    </message>
    <message>
      <source>{path} is not a picture in a known format.</source>
      <translation>{path} ist kein Bild in einem bekannten Format.</translation>
    </message>
    <message>
      <source>Pictures may be {known_formats}.</source>
      <translation>Bilder können sein: {known_formats}.</translation>
    </message>
    <message>
      <source>There is not enough memory to decode {path}.</source>
      <translation>Der Arbeitsspeicher reicht nicht, um {path} zu dekodieren.</translation>
    </message>
    <message>
      <source>{path} is a HEIC picture, and the package that opens them is not installed.</source>
      <translation>{path} ist ein HEIC-Bild, und das Paket, das solche öffnet, ist nicht installiert.</translation>
    </message>
    <message>
      <source>{path} is an empty file.</source>
      <translation>{path} ist eine leere Datei.</translation>
    </message>
    <message>
      <source>There is not enough memory for the frames of {path}.</source>
      <translation>Für die Einzelbilder von {path} reicht der Speicher nicht.</translation>
    </message>
    <message>
      <source>{path} cannot be decoded.</source>
      <translation>{path} kann nicht entschlüsselt werden.</translation>
    </message>
    <message>
      <source>It may be cut off; convert it to MP4 (H.264).</source>
      <translation>Vielleicht ist er abgeschnitten; wandeln Sie ihn in MP4 (H.264) um.</translation>
    </message>
    <message>
      <source>{path} is no film that can be read.</source>
      <translation>{path} ist kein Film, der gelesen werden kann.</translation>
    </message>
    <message>
      <source>Films may be {known}.</source>
      <translation>Filme können sein: {known}.</translation>
    </message>
    <message>
      <source>{name} comes from another place and names folders outside its own: {folders}{more}. They were not looked into.</source>
      <translation>{name} kommt von einem anderen Ort und nennt Ordner außerhalb des eigenen: {folders}{more}. In sie wurde nicht hineingesehen.</translation>
    </message>
    <message>
      <source>Agree to them if these folders are meant.</source>
      <translation>Stimmen Sie ihnen zu, wenn diese Ordner gemeint sind.</translation>
    </message>
    <message>
      <source>The name of an annotator has at most {most} letters.</source>
      <translation>Ein Name hat höchstens {most} Buchstaben.</translation>
    </message>
    <message>
      <source>Choose a shorter one.</source>
      <translation>Wählen Sie einen kürzeren.</translation>
    </message>
    <message>
      <source>The name of an annotator has a character that cannot be seen: {name}.</source>
      <translation>Der Name hat ein Zeichen, das man nicht sieht: {name}.</translation>
    </message>
    <message>
      <source>Leave it out.</source>
      <translation>Lassen Sie sie weg.</translation>
    </message>
    <message>
      <source>{path} cannot be written: {error}.</source>
      <translation>{path} kann nicht geschrieben werden: {error}.</translation>
    </message>
    <message>
      <source>{name} is closed.</source>
      <translation>{name} ist geschlossen.</translation>
    </message>
    <message>
      <source>Open it again.</source>
      <translation>Öffnen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>{path} was written by an older version and must be converted before it is read.</source>
      <translation>{path} wurde von einer älteren Version geschrieben und muss umgewandelt werden, bevor es gelesen wird.</translation>
    </message>
    <message>
      <source>Open it where it can be written.</source>
      <translation>Öffnen Sie es dort, wo es geschrieben werden kann.</translation>
    </message>
    <message>
      <source>{path} is damaged: it does not say which project it is.</source>
      <translation>{path} ist beschädigt: es sagt nicht, welches Projekt es ist.</translation>
    </message>
    <message>
      <source>Go back to a copy of it. A repair takes what is whole into a new file: see the guide on projects.</source>
      <translation>Kehren Sie zu einer Kopie davon zurück. Eine Reparatur übernimmt, was heil ist, in eine neue Datei: siehe die Anleitung zu Projekten.</translation>
    </message>
    <message>
      <source>Go back to a copy of it.</source>
      <translation>Gehen Sie auf eine Kopie zurück.</translation>
    </message>
    <message>
      <source>{path} is damaged: its rows hold far more than the whole file, as if they shared their texts.</source>
      <translation>{path} ist beschädigt: Ihre Zeilen enthalten weit mehr als die ganze Datei, als teilten sie sich ihre Texte.</translation>
    </message>
    <message>
      <source>{path} cannot be changed: the numbers of its changes are used up.</source>
      <translation>{path} kann nicht geändert werden: die Nummern seiner Änderungen sind aufgebraucht.</translation>
    </message>
    <message>
      <source>A repair takes what is whole into a new file: see the guide on projects.</source>
      <translation>Eine Reparatur übernimmt, was heil ist, in eine neue Datei: siehe die Anleitung zu Projekten.</translation>
    </message>
    <message>
      <source>The disk of {path} is full; the change was not saved.</source>
      <translation>Der Datenträger von {path} ist voll; die Änderung wurde nicht gespeichert.</translation>
    </message>
    <message>
      <source>Free some space, then try again.</source>
      <translation>Schaffen Sie Platz, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
      <source>{path} cannot be written.</source>
      <translation>{path} kann nicht geschrieben werden.</translation>
    </message>
    <message>
      <source>Check the permissions of the file and of its folder.</source>
      <translation>Prüfen Sie die Rechte der Datei und ihres Ordners.</translation>
    </message>
    <message>
      <source>{path} is locked by another program.</source>
      <translation>{path} ist von einem anderen Programm gesperrt.</translation>
    </message>
    <message>
      <source>Close that program, then try again.</source>
      <translation>Schließen Sie jenes Programm, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
      <source>{path} cannot be opened.</source>
      <translation>{path} kann nicht geöffnet werden.</translation>
    </message>
    <message>
      <source>Check that the file and its folder still exist.</source>
      <translation>Prüfen Sie, ob es die Datei und ihren Ordner noch gibt.</translation>
    </message>
    <message>
      <source>{path} cannot be read or written: {error}.</source>
      <translation>{path} kann nicht gelesen oder geschrieben werden: {error}.</translation>
    </message>
    <message>
      <source>Check the disk or the share, then try again.</source>
      <translation>Prüfen Sie den Datenträger oder die Freigabe, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
      <source>{path} is not a project file.</source>
      <translation>{path} ist keine Projektdatei.</translation>
    </message>
    <message>
      <source>Choose a SlimSAM project file.</source>
      <translation>Wählen Sie eine Projektdatei von SlimSAM.</translation>
    </message>
    <message>
      <source>{path} is damaged: reading it takes longer than any whole file of its size, as if its pages led in circles.</source>
      <translation>{path} ist beschädigt: Sie zu lesen dauert länger als bei jeder heilen Datei dieser Größe, als führten ihre Seiten im Kreis.</translation>
    </message>
    <message>
      <source>The change does not fit {name}: {error}.</source>
      <translation>Die Änderung passt nicht zu {name}: {error}.</translation>
    </message>
    <message>
      <source>Nothing was changed.</source>
      <translation>Es wurde nichts geändert.</translation>
    </message>
    <message>
      <source>There is not enough memory to read {path}.</source>
      <translation>Der Speicher reicht nicht, um {path} zu lesen.</translation>
    </message>
    <message>
      <source>{path} is damaged: its tables are described in bytes that are no text.</source>
      <translation>{path} ist beschädigt: Ihre Tabellen sind in Bytes beschrieben, die kein Text sind.</translation>
    </message>
    <message>
      <source>{path} is damaged: a value in it cannot be read ({error}).</source>
      <translation>{path} ist beschädigt: Ein Wert darin ist nicht lesbar ({error}).</translation>
    </message>
    <message>
      <source>A number is too large for {name}.</source>
      <translation>Eine Zahl ist zu groß für {name}.</translation>
    </message>
    <message>
      <source>Whole numbers go up to 2^63 - 1.</source>
      <translation>Ganze Zahlen gehen bis 2^63 - 1.</translation>
    </message>
    <message>
      <source>A text cannot be stored in {name}: {error}.</source>
      <translation>Ein Text lässt sich in {name} nicht speichern: {error}.</translation>
    </message>
    <message>
      <source>Write it in valid Unicode.</source>
      <translation>Schreiben Sie ihn in gültigem Unicode.</translation>
    </message>
    <message>
      <source>This project is a part whose classes are locked.</source>
      <translation>Dieses Projekt ist ein Teil, dessen Klassen festgelegt sind.</translation>
    </message>
    <message>
      <source>Ask for the class where the project was split, or note it in the comment of the picture.</source>
      <translation>Fragen Sie dort nach der Klasse, wo das Projekt geteilt wurde, oder schreiben Sie sie in den Kommentar des Bildes.</translation>
    </message>
    <message>
      <source>The project is damaged: the number of a removed {noun} is none.</source>
      <translation>Das Projekt ist beschädigt: Die Nummer von etwas Entferntem ({noun}) ist keine.</translation>
    </message>
    <message>
      <source>The {noun} {entity_id} is not in the project any more.</source>
      <translation>{noun} {entity_id} ist nicht mehr im Projekt.</translation>
    </message>
    <message>
      <source>The {noun} {row} cannot be stored: {error}.</source>
      <translation>{noun} {row} lässt sich nicht speichern: {error}.</translation>
    </message>
    <message>
      <source>The {noun} {id} was changed in the meantime ({name}).</source>
      <translation>{noun} {id} wurde inzwischen geändert ({name}).</translation>
    </message>
    <message>
      <source>Nothing was changed; look at it as it is now and try again.</source>
      <translation>Es wurde nichts geändert; sehen Sie sich den jetzigen Stand an, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>The id {id} of a {noun} was in use before.</source>
      <translation>Die Nummer {id} ({noun}) war schon einmal vergeben.</translation>
    </message>
    <message>
      <source>Ids are never given twice.</source>
      <translation>Nummern werden nie zweimal vergeben.</translation>
    </message>
    <message>
      <source>{name} has no folder {root_id}.</source>
      <translation>{name} hat keinen Ordner {root_id}.</translation>
    </message>
    <message>
      <source>It may have been removed.</source>
      <translation>Er wurde vielleicht entfernt.</translation>
    </message>
    <message>
      <source>{folder} holds none of the {known:,} pictures of {path}.</source>
      <translation>{folder} enthält keines der {known:,} Bilder von {path}.</translation>
    </message>
    <message>
      <source>Choose the folder that took the place of this one.</source>
      <translation>Wählen Sie den Ordner, der an die Stelle dieses Ordners getreten ist.</translation>
    </message>
    <message>
      <source>The folder {folder} does not exist.</source>
      <translation>Den Ordner {folder} gibt es nicht.</translation>
    </message>
    <message>
      <source>Connect its disk, or re-link the folder to its new place.</source>
      <translation>Schließen Sie seinen Datenträger an, oder verknüpfen Sie den Ordner mit seinem neuen Ort.</translation>
    </message>
    <message>
      <source>{folder} overlaps with the folder {path} of the project.</source>
      <translation>{folder} überschneidet sich mit dem Ordner {path} des Projekts.</translation>
    </message>
    <message>
      <source>Look for new pictures there instead, or remove it first.</source>
      <translation>Suchen Sie stattdessen dort nach neuen Bildern, oder entfernen Sie ihn zuerst.</translation>
    </message>
    <message>
      <source>The {noun} {id} is too large to be kept in a project.</source>
      <translation>{noun} {id} ist zu groß für ein Projekt.</translation>
    </message>
    <message>
      <source>Its values take {text:.0f} MB.</source>
      <translation>Die Werte brauchen {text:.0f} MB.</translation>
    </message>
    <message>
      <source>{path} is a link: a folder does not lead to the project of another one.</source>
      <translation>{path} ist eine Verknüpfung: Ein Ordner führt nicht zum Projekt eines anderen.</translation>
    </message>
    <message>
      <source>Open that project itself if you mean it: {target}</source>
      <translation>Öffnen Sie jenes Projekt selbst, wenn Sie es meinen: {target}</translation>
    </message>
    <message>
      <source>The folder {path} has no project of its own.</source>
      <translation>Der Ordner {path} hat kein eigenes Projekt.</translation>
    </message>
    <message>
      <source>Opened in the window it gets one.</source>
      <translation>Wird er im Fenster geöffnet, bekommt er eines.</translation>
    </message>
    <message>
      <source>The folder {path} has several projects.</source>
      <translation>Im Ordner {path} liegen mehrere Projekte.</translation>
    </message>
    <message>
      <source>Name one of them: {names}</source>
      <translation>Eines davon nennen: {names}</translation>
    </message>
    <message>
      <source>Its pictures are in: {where}</source>
      <translation>Seine Bilder sind in: {where}</translation>
    </message>
    <message>
      <source>{name} is damaged: {damages}{more}.</source>
      <translation>{name} ist beschädigt: {damages}{more}.</translation>
    </message>
    <message>
      <source>{name} has no {noun} {entity_id}.</source>
      <translation>{name} hat nichts mit der Nummer {entity_id} ({noun}).</translation>
    </message>
    <message>
      <source>It may have been deleted.</source>
      <translation>Es wurde vielleicht gelöscht.</translation>
    </message>
    <message>
      <source>{path!r} is not a path inside an image folder.</source>
      <translation>{path!r} ist kein Pfad in einem Bilderordner.</translation>
    </message>
    <message>
      <source>Picture paths are relative to their folder, with '/' between the parts and without '..'.</source>
      <translation>Bildpfade beziehen sich auf ihren Ordner, mit „/“ zwischen den Teilen und ohne „..“.</translation>
    </message>
    <message>
      <source>{name} leads out of the folder {root}.</source>
      <translation>{name} führt aus dem Ordner {root} hinaus.</translation>
    </message>
    <message>
      <source>Add the folder that the link points to instead.</source>
      <translation>Fügen Sie stattdessen den Ordner hinzu, auf den der Link zeigt.</translation>
    </message>
    <message>
      <source>{path} is damaged or was made by another program: it has the {kind} {name!r} {what}.</source>
      <translation>{path} ist beschädigt oder stammt von einem anderen Programm: Darin ist {kind} {name!r} {what}.</translation>
    </message>
    <message>
      <source>Nothing of it was used. Go back to a copy of it. A repair takes what is whole into a new file: see the guide on projects.</source>
      <translation>Nichts davon wurde verwendet. Kehren Sie zu einer Kopie davon zurück. Eine Reparatur übernimmt, was heil ist, in eine neue Datei: siehe die Anleitung zu Projekten.</translation>
    </message>
    <message>
      <source>{path} is a database of another program.</source>
      <translation>{path} ist die Datenbank eines anderen Programms.</translation>
    </message>
    <message>
      <source>{path} was written by a newer version of this program (format {version}, known: {newest}).</source>
      <translation>{path} wurde von einer neueren Version dieses Programms geschrieben (Format {version}, bekannt: {newest}).</translation>
    </message>
    <message>
      <source>Install the newer version; this one leaves the file as it is.</source>
      <translation>Installieren Sie die neuere Version; diese lässt die Datei, wie sie ist.</translation>
    </message>
    <message>
      <source>{journal} lies beside the project. A project of this program never has such a file, and with it there opening the project could delete or change other files.</source>
      <translation>{journal} liegt neben dem Projekt. Ein Projekt dieses Programms hat nie eine solche Datei, und mit ihr könnte das Öffnen andere Dateien löschen oder ändern.</translation>
    </message>
    <message>
      <source>Move that file away, then open the project again.</source>
      <translation>Verschieben Sie jene Datei, und öffnen Sie dann das Projekt noch einmal.</translation>
    </message>
    <message>
      <source>{path} is not a file.</source>
      <translation>{path} ist keine Datei.</translation>
    </message>
    <message>
      <source>{path} is a link that leads nowhere.</source>
      <translation>{path} ist ein Link, der ins Leere führt.</translation>
    </message>
    <message>
      <source>Open the project file itself.</source>
      <translation>Öffnen Sie die Projektdatei selbst.</translation>
    </message>
    <message>
      <source>{beside} cannot be used: {strerror}.</source>
      <translation>{beside} kann nicht benutzt werden: {strerror}.</translation>
    </message>
    <message>
      <source>Move it away, then open the project again.</source>
      <translation>Verschieben Sie es, und öffnen Sie dann das Projekt noch einmal.</translation>
    </message>
    <message>
      <source>{path} is damaged: its history has no order.</source>
      <translation>{path} ist beschädigt: Sein Verlauf hat keine Reihenfolge.</translation>
    </message>
    <message>
      <source>Go back to a copy.</source>
      <translation>Gehen Sie auf eine Kopie zurück.</translation>
    </message>
    <message>
      <source>Nothing can be written in {parent} ({strerror}).</source>
      <translation>In {parent} kann nichts geschrieben werden ({strerror}).</translation>
    </message>
    <message>
      <source>Check its permissions.</source>
      <translation>Prüfen Sie die Rechte.</translation>
    </message>
    <message>
      <source>A copy of {name} cannot be written: {error}.</source>
      <translation>Eine Kopie von {name} lässt sich nicht schreiben: {error}.</translation>
    </message>
    <message>
      <source>Open it, or choose another name.</source>
      <translation>Öffnen Sie es, oder wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
      <source>It may have been moved, or its disk is not connected.</source>
      <translation>Es wurde vielleicht verschoben, oder sein Datenträger ist nicht angeschlossen.</translation>
    </message>
    <message>
      <source>{target} exists already.</source>
      <translation>{target} gibt es schon.</translation>
    </message>
    <message>
      <source>{name} is read-only: {read_only_reason}</source>
      <translation>{name} kann nur gelesen werden: {read_only_reason}</translation>
    </message>
    <message>
      <source>{target} cannot be written: {error}.</source>
      <translation>{target} kann nicht geschrieben werden: {error}.</translation>
    </message>
    <message>
      <source>Choose another folder.</source>
      <translation>Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
      <source>The score of object {id} is not a number.</source>
      <translation>Die Bewertung von Objekt {id} ist keine Zahl.</translation>
    </message>
    <message>
      <source>A long command is still being saved in {name}.</source>
      <translation>Ein langer Befehl wird noch in {name} gespeichert.</translation>
    </message>
    <message>
      <source>Wait until it is finished, or cancel it; then try again.</source>
      <translation>Warten Sie, bis er fertig ist, oder brechen Sie ihn ab; versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
      <source>{path} has vanished ({strerror}).</source>
      <translation>{path} ist verschwunden ({strerror}).</translation>
    </message>
    <message>
      <source>Connect its disk or share again, or save a copy elsewhere.</source>
      <translation>Verbinden Sie den Datenträger oder die Freigabe wieder, oder speichern Sie anderswo eine Kopie.</translation>
    </message>
    <message>
      <source>{path} was replaced by another file.</source>
      <translation>{path} wurde durch eine andere Datei ersetzt.</translation>
    </message>
    <message>
      <source>Save a copy elsewhere, then open it again.</source>
      <translation>Speichern Sie anderswo eine Kopie, und öffnen Sie dann noch einmal.</translation>
    </message>
    <message>
      <source>Weights of {name} are missing.</source>
      <translation>Gewichte von {name} fehlen.</translation>
    </message>
    <message>
      <source>The file has weights that {name} does not use.</source>
      <translation>Die Datei hat Gewichte, die {name} nicht benutzt.</translation>
    </message>
    <message>
      <source>There is not enough memory for the weights of {name}.</source>
      <translation>Der Arbeitsspeicher reicht nicht für die Gewichte von {name}.</translation>
    </message>
    <message>
      <source>{key} does not fit {name}.</source>
      <translation>{key} passt nicht zu {name}.</translation>
    </message>
    <message>
      <source>{key} does not hold weights.</source>
      <translation>{key} enthält keine Gewichte.</translation>
    </message>
    <message>
      <source>Weights in {name} are not finite.</source>
      <translation>Gewichte in {name} sind nicht endlich.</translation>
    </message>
    <message>
      <source>The training that made the file has diverged, or the file is damaged.</source>
      <translation>Das Training, aus dem die Datei stammt, ist entgleist, oder die Datei ist beschädigt.</translation>
    </message>
    <message>
      <source>{name} is damaged.</source>
      <translation>{name} ist beschädigt.</translation>
    </message>
    <message>
      <source>The safetensors file cannot be read; it is cut off or damaged.</source>
      <translation>Die safetensors-Datei ist nicht lesbar; sie ist abgeschnitten oder beschädigt.</translation>
    </message>
    <message>
      <source>The architecture of the model cannot be read.</source>
      <translation>Der Bauplan des Modells ist nicht lesbar.</translation>
    </message>
    <message>
      <source>It may come from a newer version of this program.</source>
      <translation>Er stammt vielleicht aus einer neueren Version dieses Programms.</translation>
    </message>
    <message>
      <source>The architecture in the file is not JSON.</source>
      <translation>Der Bauplan in der Datei ist kein JSON.</translation>
    </message>
    <message>
      <source>The architecture of the model cannot be read ({e}).</source>
      <translation>Der Bauplan des Modells ist nicht lesbar ({e}).</translation>
    </message>
    <message>
      <source>The file does not hold the weights of a model.</source>
      <translation>Die Datei enthält keine Gewichte eines Modells.</translation>
    </message>
    <message>
      <source>{kind} of {kind2} is damaged.</source>
      <translation>{kind} von {kind2} ist beschädigt.</translation>
    </message>
    <message>
      <source>The pickled model has no mask decoder.</source>
      <translation>Das Modell in der Datei hat keinen Maskendecoder.</translation>
    </message>
    <message>
      <source>The modules in the file contain each other.</source>
      <translation>Die Module in der Datei enthalten einander.</translation>
    </message>
    <message>
      <source>This is not a file of weights that is known here.</source>
      <translation>Das ist keine Datei mit Gewichten, die hier bekannt ist.</translation>
    </message>
    <message>
      <source>The folder does not hold a model.</source>
      <translation>Der Ordner enthält kein Modell.</translation>
    </message>
    <message>
      <source>The file cannot be opened: {strerror}.</source>
      <translation>Die Datei kann nicht geöffnet werden: {strerror}.</translation>
    </message>
    <message>
      <source>The file is a pickle, but not one of torch.save.</source>
      <translation>Die Datei ist ein Pickle, aber keiner von torch.save.</translation>
    </message>
    <message>
      <source>The file cannot be read; it is cut off, damaged, or not a file of weights.</source>
      <translation>Die Datei ist nicht lesbar; sie ist abgeschnitten, beschädigt oder keine Datei mit Gewichten.</translation>
    </message>
    <message>
      <source>The zip file does not hold a torch model.</source>
      <translation>Die Zip-Datei enthält kein Modell von Torch.</translation>
    </message>
    <message>
      <source>The weights were saved on a big-endian machine.</source>
      <translation>Die Gewichte wurden auf einer Big-Endian-Maschine gespeichert.</translation>
    </message>
    <message>
      <source>The file does not hold a SAM model.</source>
      <translation>Die Datei enthält kein SAM-Modell.</translation>
    </message>
    <message>
      <source>The shapes in the file make no model: {e}.</source>
      <translation>Die Formen in der Datei ergeben kein Modell: {e}.</translation>
    </message>
    <message>
      <source>{name} describes another kind of model.</source>
      <translation>{name} beschreibt ein Modell anderer Art.</translation>
    </message>
    <message>
      <source>{name} describes an encoder that is not supported.</source>
      <translation>{name} beschreibt einen Encoder, der nicht unterstützt wird.</translation>
    </message>
    <message>
      <source>{name} is damaged: {e}.</source>
      <translation>{name} ist beschädigt: {e}.</translation>
    </message>
    <message>
      <source>{name} beside the weights cannot be read.</source>
      <translation>{name} neben den Gewichten ist nicht lesbar.</translation>
    </message>
    <message>
      <source>a draft cannot be read ({error})</source>
      <translation>ein Entwurf ist nicht lesbar ({error})</translation>
    </message>
    <message>
      <source>{path} is no detector that this program knows.</source>
      <translation>{path} ist kein Detektor, den dieses Programm kennt.</translation>
    </message>
    <message>
      <source>Known are {known}, exported by their own tools.</source>
      <translation>Bekannt sind {known}, exportiert mit ihren eigenen Werkzeugen.</translation>
    </message>
    <message>
      <source>There is not enough memory to run the detector.</source>
      <translation>Der Speicher reicht nicht, um den Detektor zu berechnen.</translation>
    </message>
    <message>
      <source>{path} cannot be computed by OpenVINO: {why}.</source>
      <translation>{path} kann von OpenVINO nicht berechnet werden: {why}.</translation>
    </message>
    <message>
      <source>{path} takes something else than one picture.</source>
      <translation>{path} nimmt etwas anderes als ein Bild.</translation>
    </message>
    <message>
      <source>Export your detector for pictures as numbers of channel, row and column.</source>
      <translation>Exportieren Sie Ihren Detektor für Bilder als Zahlen nach Kanal, Zeile und Spalte.</translation>
    </message>
    <message>
      <source>{path} takes pictures of another shape.</source>
      <translation>{path} nimmt Bilder von anderer Form.</translation>
    </message>
    <message>
      <source>Export it for one picture at a time, with the channels first.</source>
      <translation>Exportieren Sie ihn für ein Bild auf einmal, die Kanäle zuerst.</translation>
    </message>
    <message>
      <source>{path} gives too many numbers for one picture: {count}.</source>
      <translation>{path} liefert zu viele Zahlen für ein Bild: {count}.</translation>
    </message>
    <message>
      <source>{path} is a network for another task: {task}.</source>
      <translation>{path} ist ein Netz für eine andere Aufgabe: {task}.</translation>
    </message>
    <message>
      <source>Choose one that finds boxes or masks.</source>
      <translation>Wählen Sie eines, das Rahmen oder Masken findet.</translation>
    </message>
    <message>
      <source>{path} cannot be read by OpenVINO: {why}.</source>
      <translation>{path} kann von OpenVINO nicht gelesen werden: {why}.</translation>
    </message>
    <message>
      <source>Export your detector again, with an opset of 12 to 20.</source>
      <translation>Exportieren Sie Ihren Detektor noch einmal, mit einem Opset von 12 bis 20.</translation>
    </message>
    <message>
      <source>{path} cannot be computed: it took too much memory or time, or broke off.</source>
      <translation>{path} kann nicht berechnet werden: zu viel Speicher oder Zeit, oder es brach ab.</translation>
    </message>
    <message>
      <source>Export your detector again, with one picture at a time.</source>
      <translation>Exportieren Sie Ihren Detektor noch einmal, für ein Bild auf einmal.</translation>
    </message>
    <message>
      <source>A project is damaged: {error}.</source>
      <translation>Ein Projekt ist beschädigt: {error}.</translation>
    </message>
    <message>
      <source>Merge a copy of it that is whole.</source>
      <translation>Führen Sie eine unbeschädigte Kopie davon zusammen.</translation>
    </message>
    <message>
      <source>There are no two annotators in {name} to compare.</source>
      <translation>In {name} gibt es keine zwei Personen zum Vergleichen.</translation>
    </message>
    <message>
      <source>Name the projects of the others, too.</source>
      <translation>Nennen Sie auch die Projekte der anderen.</translation>
    </message>
    <message>
      <source>There are no two masks to unite.</source>
      <translation>Es gibt keine zwei Masken zum Vereinen.</translation>
    </message>
    <message>
      <source>Keep one of the values.</source>
      <translation>Behalten Sie einen der Werte.</translation>
    </message>
    <message>
      <source>The class of the other value is not in the project any more.</source>
      <translation>Die Klasse des anderen Werts ist nicht mehr im Projekt.</translation>
    </message>
    <message>
      <source>Keep the value that is shown, or bring the class back by undo.</source>
      <translation>Behalten Sie den gezeigten Wert, oder holen Sie die Klasse durch Zurücknehmen wieder.</translation>
    </message>
    <message>
      <source>A project is split among 1 to {most} people, not {count}.</source>
      <translation>Ein Projekt wird unter 1 bis {most} Personen aufgeteilt, nicht unter {count}.</translation>
    </message>
    <message>
      <source>Name them with a comma between them.</source>
      <translation>Nennen Sie sie mit Kommas dazwischen.</translation>
    </message>
    <message>
      <source>Two people of a split have the same name, or one has none.</source>
      <translation>Zwei Personen haben denselben Namen, oder eine hat keinen.</translation>
    </message>
    <message>
      <source>Give each a name of their own.</source>
      <translation>Geben Sie jeder einen eigenen Namen.</translation>
    </message>
    <message>
      <source>The overlap is a share from 0% to 100%.</source>
      <translation>Die Überdeckung ist ein Anteil von 0 % bis 100 %.</translation>
    </message>
    <message>
      <source>Try 10%.</source>
      <translation>Versuchen Sie 10 %.</translation>
    </message>
    <message>
      <source>A picture cannot go to {people} of {count} people.</source>
      <translation>Ein Bild kann nicht an {people} von {count} Personen gehen.</translation>
    </message>
    <message>
      <source>Name more people, or leave the overlap out.</source>
      <translation>Nennen Sie mehr Personen, oder lassen Sie die Überdeckung weg.</translation>
    </message>
    <message>
      <source>{count} projects are too many for one merge.</source>
      <translation>{count} Projekte sind zu viele auf einmal.</translation>
    </message>
    <message>
      <source>Nothing was merged: of {count:,} objects of {name} only {known:,} are accounted for.</source>
      <translation>Nichts wurde zusammengeführt: von {count:,} Objekten von {name} ist nur der Verbleib von {known:,} bekannt.</translation>
    </message>
    <message>
      <source>Please report this with both projects.</source>
      <translation>Bitte melden Sie das mit beiden Projekten.</translation>
    </message>
    <message>
      <source>{path} cannot be merged into itself.</source>
      <translation>{path} kann nicht mit sich selbst zusammengeführt werden.</translation>
    </message>
    <message>
      <source>Name another project.</source>
      <translation>Nennen Sie ein anderes Projekt.</translation>
    </message>
    <message>
      <source>No project that is merged in has the class {name!r}.</source>
      <translation>Kein Projekt, das hereinkommt, hat die Klasse {name!r}.</translation>
    </message>
    <message>
      <source>Their classes are: {known}.</source>
      <translation>Ihre Klassen sind: {known}.</translation>
    </message>
    <message>
      <source>{path} cannot be unpacked: {error}.</source>
      <translation>{path} kann nicht entpackt werden: {error}.</translation>
    </message>
    <message>
      <source>Ask for the zip file again, or unpack it and merge the project in it.</source>
      <translation>Bitten Sie noch einmal um die Zip-Datei, oder entpacken Sie sie und führen Sie das Projekt darin zusammen.</translation>
    </message>
    <message>
      <source>{path} holds {count} projects, not one.</source>
      <translation>{path} enthält {count} Projekte, nicht eines.</translation>
    </message>
    <message>
      <source>Merge the zip file of one part, or unpack it and merge its projects.</source>
      <translation>Führen Sie die Zip-Datei eines Teils zusammen, oder entpacken Sie sie und führen Sie ihre Projekte zusammen.</translation>
    </message>
    <message>
      <source>There is no room to unpack {path}.</source>
      <translation>Es ist kein Platz, um {path} zu entpacken.</translation>
    </message>
    <message>
      <source>Free some space in {folder}.</source>
      <translation>Schaffen Sie Platz in {folder}.</translation>
    </message>
    <message>
      <source>Check the permissions of the file, and the room on the disk.</source>
      <translation>Prüfen Sie die Rechte der Datei und den Platz auf der Platte.</translation>
    </message>
    <message>
      <source>There is no room for a part of {path} on the disk.</source>
      <translation>Auf der Platte ist kein Platz für einen Teil von {path}.</translation>
    </message>
    <message>
      <source>A picture is sent back with a note of 1 to {most} letters.</source>
      <translation>Ein Bild wird mit einem Hinweis von 1 bis {most} Zeichen zurückgegeben.</translation>
    </message>
    <message>
      <source>Say what is to be done.</source>
      <translation>Sagen Sie, was zu tun ist.</translation>
    </message>
    <message>
      <source>The place {x:g},{y:g} is not in {path}.</source>
      <translation>Die Stelle {x:g},{y:g} liegt nicht in {path}.</translation>
    </message>
    <message>
      <source>Choose another.</source>
      <translation>Wählen Sie eine andere.</translation>
    </message>
    <message>
      <source>{path} has {count} notes.</source>
      <translation>{path} hat {count} Hinweise.</translation>
    </message>
    <message>
      <source>Approve it first.</source>
      <translation>Geben Sie es erst frei.</translation>
    </message>
    <message>
      <source>A conflict that waits in a project is damaged: {error}.</source>
      <translation>Ein Konflikt, der in einem Projekt wartet, ist beschädigt: {error}.</translation>
    </message>
    <message>
      <source>{name} is damaged: what was deleted in it cannot be read.</source>
      <translation>{name} ist beschädigt: was darin gelöscht wurde, lässt sich nicht lesen.</translation>
    </message>
    <message>
      <source>{name} is damaged: something that was deleted has no name that can be.</source>
      <translation>{name} ist beschädigt: etwas Gelöschtes hat einen Namen, den es nicht geben kann.</translation>
    </message>
    <message>
      <source>There are no pictures to split.</source>
      <translation>Es gibt keine Bilder zum Aufteilen.</translation>
    </message>
    <message>
      <source>Choose others.</source>
      <translation>Wählen Sie andere.</translation>
    </message>
    <message>
      <source>{out} lies in the picture folder {folder}: its pictures would be there twice.</source>
      <translation>{out} liegt im Bilderordner {folder}: seine Bilder wären dort doppelt.</translation>
    </message>
    <message>
      <source>Choose a folder elsewhere.</source>
      <translation>Wählen Sie einen Ordner anderswo.</translation>
    </message>
    <message>
      <source>there is no criterion {name!r}.</source>
      <translation>Ein Kriterium {name!r} gibt es nicht.</translation>
    </message>
    <message>
      <source>the teacher needs {whole:,.0f} already, within the budget.</source>
      <translation>Der Lehrer braucht schon jetzt nur {whole:,.0f}, das liegt im Rahmen.</translation>
    </message>
    <message>
      <source>Lower it.</source>
      <translation>Wählen Sie weniger.</translation>
    </message>
    <message>
      <source>even the smallest model of this family needs {smallest:,.0f}.</source>
      <translation>Selbst das kleinste Modell dieser Familie braucht {smallest:,.0f}.</translation>
    </message>
    <message>
      <source>Raise the budget.</source>
      <translation>Erlauben Sie mehr.</translation>
    </message>
    <message>
      <source>adapting needs the labels of a project.</source>
      <translation>Zum Anpassen braucht es die Annotationen eines Projekts.</translation>
    </message>
    <message>
      <source>Name one.</source>
      <translation>Nennen Sie eines.</translation>
    </message>
    <message>
      <source>{path} already holds a job.</source>
      <translation>{path} enthält schon einen Lauf.</translation>
    </message>
    <message>
      <source>{name} is being worked on by another window or process.</source>
      <translation>An {name} arbeitet ein anderes Fenster oder ein anderer Prozess.</translation>
    </message>
    <message>
      <source>Leave it to that one.</source>
      <translation>Überlassen Sie es dem anderen.</translation>
    </message>
    <message>
      <source>no annotated picture can be used.</source>
      <translation>Kein annotiertes Bild ist brauchbar.</translation>
    </message>
    <message>
      <source>Check the folder.</source>
      <translation>Prüfen Sie den Ordner.</translation>
    </message>
    <message>
      <source>the loss became {loss} in epoch {epoch} of stage {index}.</source>
      <translation>Der Verlust wurde {loss}, in Epoche {epoch} von Stufe {index}.</translation>
    </message>
    <message>
      <source>Start anew with a lower learning rate, or with precision fp32.</source>
      <translation>Beginnen Sie neu mit kleinerer Lernrate oder mit der Genauigkeit fp32.</translation>
    </message>
    <message>
      <source>There is not enough memory for {micro_batch} pictures a pass: {error}</source>
      <translation>Der Speicher reicht nicht für {micro_batch} Bilder auf einmal: {error}</translation>
    </message>
    <message>
      <source>Lower performance.micro_batch, switch on performance.activation_checkpointing, or slim a smaller model.</source>
      <translation>Verkleinern Sie performance.micro_batch, schalten Sie performance.activation_checkpointing ein, oder verkleinern Sie ein kleineres Modell.</translation>
    </message>
    <message>
      <source>there is no preset {name!r}.</source>
      <translation>Eine Vorgabe {name!r} gibt es nicht.</translation>
    </message>
    <message>
      <source>Choose one of: {presets}.</source>
      <translation>Wählen Sie eine davon: {presets}.</translation>
    </message>
    <message>
      <source>version {version} is not known.</source>
      <translation>Die Version {version} ist nicht bekannt.</translation>
    </message>
    <message>
      <source>Write {recipe_version}.</source>
      <translation>Schreiben Sie {recipe_version}.</translation>
    </message>
    <message>
      <source>Choose one of: {value}.</source>
      <translation>Wählen Sie eines davon: {value}.</translation>
    </message>
    <message>
      <source>the share {share} leaves nothing.</source>
      <translation>Der Anteil {share} lässt nichts übrig.</translation>
    </message>
    <message>
      <source>Use 0 &lt;= share &lt; 1.</source>
      <translation>Nötig ist 0 &lt;= Anteil &lt; 1.</translation>
    </message>
    <message>
      <source>{factor} does not lower the rate.</source>
      <translation>{factor} senkt die Rate nicht.</translation>
    </message>
    <message>
      <source>Use 0 &lt; factor &lt; 1.</source>
      <translation>Nehmen Sie 0 &lt; factor &lt; 1.</translation>
    </message>
    <message>
      <source>{value} are both given.</source>
      <translation>{value} sind beide angegeben.</translation>
    </message>
    <message>
      <source>Give one of them.</source>
      <translation>Geben Sie eines davon an.</translation>
    </message>
    <message>
      <source>the recipe is of version {version}, this program reads up to {recipe_version}.</source>
      <translation>Das Rezept hat die Version {version}, dieses Programm liest bis {recipe_version}.</translation>
    </message>
    <message>
      <source>Update the program.</source>
      <translation>Bringen Sie das Programm auf den neuesten Stand.</translation>
    </message>
    <message>
      <source>{path} cannot be read: {value}.</source>
      <translation>{path} ist nicht lesbar: {value}.</translation>
    </message>
    <message>
      <source>{path} is not a text file.</source>
      <translation>{path} ist keine Textdatei.</translation>
    </message>
    <message>
      <source>A recipe is a JSON file in UTF-8.</source>
      <translation>Ein Rezept ist eine JSON-Datei in UTF-8.</translation>
    </message>
    <message>
      <source>{path} is not valid JSON: {msg}.</source>
      <translation>{path} ist kein gültiges JSON: {msg}.</translation>
    </message>
    <message>
      <source>{path} is not a recipe: {error}.</source>
      <translation>{path} ist kein Rezept: {error}.</translation>
    </message>
    <message>
      <source>{value} is too small.</source>
      <translation>{value} ist zu klein.</translation>
    </message>
    <message>
      <source>It must be at least {minimum}.</source>
      <translation>Es muss mindestens {minimum} sein.</translation>
    </message>
    <message>
      <source>{value} is not above 0.</source>
      <translation>{value} ist nicht größer als 0.</translation>
    </message>
    <message>
      <source>the ratio {ratio} is not the share of channels to remove.</source>
      <translation>Das Verhältnis {ratio} ist kein Anteil der Kanäle, die wegfallen.</translation>
    </message>
    <message>
      <source>Use 0 &lt; ratio &lt; 1.</source>
      <translation>Nehmen Sie 0 &lt; ratio &lt; 1.</translation>
    </message>
    <message>
      <source>{batch} pictures cannot be shared evenly by {size} processes.</source>
      <translation>{batch} Bilder lassen sich nicht gleich auf {size} Prozesse verteilen.</translation>
    </message>
    <message>
      <source>Use a multiple.</source>
      <translation>Nehmen Sie ein Vielfaches.</translation>
    </message>
    <message>
      <source>{path} is not the teacher that this run began with.</source>
      <translation>{path} ist nicht der Lehrer, mit dem dieser Lauf begann.</translation>
    </message>
    <message>
      <source>Bring it back to resume.</source>
      <translation>Holen Sie ihn zurück, um fortzusetzen.</translation>
    </message>
    <message>
      <source>{images} pictures were found, the run began with {identity}.</source>
      <translation>Gefunden wurden {images} Bilder, der Lauf begann mit {identity}.</translation>
    </message>
    <message>
      <source>Bring the folders back to what they were, or start anew.</source>
      <translation>Stellen Sie die Ordner wieder her, oder beginnen Sie neu.</translation>
    </message>
    <message>
      <source>the pictures are not those that the run began with.</source>
      <translation>es sind nicht die Bilder, mit denen der Lauf begonnen hat.</translation>
    </message>
    <message>
      <source>There is not enough memory for the gradients of one picture: {error}</source>
      <translation>Der Speicher reicht nicht für die Gradienten eines Bildes: {error}</translation>
    </message>
    <message>
      <source>Slim a smaller model, or use a criterion without gradients, such as magnitude.</source>
      <translation>Verkleinern Sie ein kleineres Modell, oder nehmen Sie ein Kriterium ohne Gradienten, etwa magnitude.</translation>
    </message>
    <message>
      <source>there are too few labelled pictures to adapt to</source>
      <translation>Zum Anpassen gibt es zu wenige annotierte Bilder</translation>
    </message>
    <message>
      <source>Label at least two pictures.</source>
      <translation>Annotieren Sie mindestens zwei Bilder.</translation>
    </message>
    <message>
      <source>no folder of pictures is given.</source>
      <translation>Kein Ordner mit Bildern ist angegeben.</translation>
    </message>
    <message>
      <source>Name one or more.</source>
      <translation>Nennen Sie einen oder mehrere.</translation>
    </message>
    <message>
      <source>{seen}.</source>
      <translation>{seen}.</translation>
    </message>
    <message>
      <source>One is needed to learn from and another to validate on.</source>
      <translation>Nötig ist eines zum Lernen und ein anderes zum Prüfen.</translation>
    </message>
    <message>
      <source>{value} pictures in a row cannot be read.</source>
      <translation>{value} Bilder hintereinander sind nicht lesbar.</translation>
    </message>
    <message>
      <source>Check the folder; the list of skipped pictures is in events.jsonl.</source>
      <translation>Prüfen Sie den Ordner; die übergangenen Bilder stehen in events.jsonl.</translation>
    </message>
    <message>
      <source>{place} is not a folder.</source>
      <translation>{place} ist kein Ordner.</translation>
    </message>
    <message>
      <source>{folder} is not the folder of a sweep.</source>
      <translation>{folder} ist nicht der Ordner einer Versuchsreihe.</translation>
    </message>
    <message>
      <source>Choose a folder that a sweep was written to; it has a file {file}.</source>
      <translation>Wählen Sie einen Ordner, in den eine Versuchsreihe geschrieben wurde; er hat eine Datei {file}.</translation>
    </message>
    <message>
      <source>No point of the sweep in {folder} is finished.</source>
      <translation>Kein Punkt der Versuchsreihe in {folder} ist fertig.</translation>
    </message>
    <message>
      <source>Wait for it.</source>
      <translation>Warten Sie darauf.</translation>
    </message>
    <message>
      <source>a budget decides the ratios: a sweep cannot try others beside it.</source>
      <translation>ein Budget bestimmt die Anteile: eine Versuchsreihe kann daneben keine anderen versuchen.</translation>
    </message>
    <message>
      <source>Give ratios, or a budget.</source>
      <translation>Geben Sie Anteile an, oder ein Budget.</translation>
    </message>
    <message>
      <source>{count} compressions are more than {most}.</source>
      <translation>{count} Verkleinerungen sind mehr als {most}.</translation>
    </message>
    <message>
      <source>Try fewer values.</source>
      <translation>Probieren Sie weniger Werte.</translation>
    </message>
    <message>
      <source>{target!r} is no target.</source>
      <translation>{target!r} ist kein Ziel.</translation>
    </message>
    <message>
      <source>{text!r} is not a series of values.</source>
      <translation>{text!r} ist keine Reihe von Werten.</translation>
    </message>
    <message>
      <source>Write each once: ratios=0.3,0.5 or criteria=magnitude,hessian or seeds=0,1.</source>
      <translation>Schreiben Sie jedes einmal: ratios=0.3,0.5 oder criteria=magnitude,hessian oder seeds=0,1.</translation>
    </message>
    <message>
      <source>a value is not a number: {error}.</source>
      <translation>Ein Wert ist keine Zahl: {error}.</translation>
    </message>
    <message>
      <source>{path} is not a list of results.</source>
      <translation>{path} ist keine Liste von Ergebnissen.</translation>
    </message>
    <message>
      <source>a sweep runs in one process.</source>
      <translation>Eine Reihe läuft in einem Prozess.</translation>
    </message>
    <message>
      <source>Start it without torchrun.</source>
      <translation>Starten Sie sie ohne torchrun.</translation>
    </message>
    <message>
      <source>{wanted!r} is not known.</source>
      <translation>{wanted!r} ist nicht bekannt.</translation>
    </message>
    <message>
      <source>Write tensorboard=FOLDER or mlflow=ADDRESS.</source>
      <translation>Schreibe tensorboard=ORDNER oder mlflow=ADRESSE.</translation>
    </message>
    <message>
      <source>{name} is not installed.</source>
      <translation>{name} ist nicht installiert.</translation>
    </message>
    <message>
      <source>{name} cannot begin: {error}</source>
      <translation>{name} kann nicht beginnen: {error}</translation>
    </message>
    <message>
      <source>{path} has no verdict yet.</source>
      <translation>{path} hat noch kein Urteil.</translation>
    </message>
    <message>
      <source>Let the job run to its end first.</source>
      <translation>Lassen Sie den Lauf erst zu Ende gehen.</translation>
    </message>
    <message>
      <source>The model could not be adapted: {reason}</source>
      <translation>Das Modell konnte nicht angepasst werden: {reason}</translation>
    </message>
    <message>
      <source>The weights are not those of {name}.</source>
      <translation>Die Gewichte sind nicht die von {name}.</translation>
    </message>
    <message>
      <source>the weights of {name} are not installed.</source>
      <translation>Die Gewichte von {name} sind nicht installiert.</translation>
    </message>
    <message>
      <source>none of {tries} drawn pictures could be used</source>
      <translation>von {tries} gezogenen Bildern war keines brauchbar</translation>
    </message>
    <message>
      <source>no picture with masks is left to train on</source>
      <translation>kein Bild mit Masken ist zum Lernen übrig</translation>
    </message>
    <message>
      <source>There is not enough memory for a step of {crops} crops of {size} pixels.</source>
      <translation>Für einen Schritt mit {crops} Ausschnitten von {size} Pixeln reicht der Speicher nicht.</translation>
    </message>
    <message>
      <source>Give the stage fewer crops and as many more to accumulate, or close other programs.</source>
      <translation>Geben Sie der Stufe weniger Ausschnitte (crops) und sammeln Sie entsprechend mehr (accumulate), oder schließen Sie andere Programme.</translation>
    </message>
    <message>
      <source>is {size}, but this model takes {image_size} only.</source>
      <translation>ist {size}, aber dieses Modell nimmt nur {image_size}.</translation>
    </message>
    <message>
      <source>the gradients at step {step} are no numbers.</source>
      <translation>die Gradienten in Schritt {step} sind keine Zahlen.</translation>
    </message>
    <message>
      <source>leaves nothing to train.</source>
      <translation>lässt nichts zum Lernen übrig.</translation>
    </message>
    <message>
      <source>{error}.</source>
      <translation>{error}.</translation>
    </message>
    <message>
      <source>the loss at step {step} is {loss}.</source>
      <translation>Der Verlust bei Schritt {step} ist {loss}.</translation>
    </message>
    <message>
      <source>{prefix!r} fits no parameter of this model.</source>
      <translation>{prefix!r} passt zu keinem Parameter dieses Modells.</translation>
    </message>
    <message>
      <source>There is no model to start from.</source>
      <translation>Es gibt kein Modell, mit dem begonnen werden kann.</translation>
    </message>
    <message>
      <source>Give one.</source>
      <translation>Geben Sie eines an.</translation>
    </message>
    <message>
      <source>nothing is left to train on</source>
      <translation>zum Lernen ist nichts übrig</translation>
    </message>
    <message>
      <source>there is no data set {name!r}.</source>
      <translation>es gibt keinen Datensatz {name!r}.</translation>
    </message>
    <message>
      <source>These are given: {names}.</source>
      <translation>Angegeben sind: {names}.</translation>
    </message>
    <message>
      <source>{run} began with another model: {began}.</source>
      <translation>{run} wurde mit einem anderen Modell begonnen: {began}.</translation>
    </message>
    <message>
      <source>Go on without naming a model, or begin a run in another folder.</source>
      <translation>Fahren Sie fort, ohne ein Modell zu nennen, oder beginnen Sie einen Lauf in einem anderen Ordner.</translation>
    </message>
    <message>
      <source>was {began:g} when the run began, not {share:g}: it would be judged by what it has learnt from.</source>
      <translation>war {began:g}, als der Lauf begann, nicht {share:g}: er würde an dem gemessen, woraus er gelernt hat.</translation>
    </message>
    <message>
      <source>Go on without it, or begin a run in another folder.</source>
      <translation>Fahren Sie ohne das fort, oder beginnen Sie einen Lauf in einem anderen Ordner.</translation>
    </message>
    <message>
      <source>{run} began with the data sets {before}, not with {now}.</source>
      <translation>{run} wurde mit den Datensätzen {before} begonnen, nicht mit {now}.</translation>
    </message>
    <message>
      <source>{name} has other pictures than when the run in {run} began: {now} now.</source>
      <translation>{name} hat andere Bilder als zu Beginn des Laufs in {run}: jetzt {now}.</translation>
    </message>
    <message>
      <source>several data sets are called {name!r}.</source>
      <translation>mehrere Datensätze heißen {name!r}.</translation>
    </message>
    <message>
      <source>Say the weight of each: {names}.</source>
      <translation>Geben Sie das Gewicht von jedem an: {names}.</translation>
    </message>
    <message>
      <source>{path} does not say which pictures are held out.</source>
      <translation>{path} sagt nicht, welche Bilder zurückgehalten werden.</translation>
    </message>
    <message>
      <source>The model that {run} began with, {init}, is gone.</source>
      <translation>Das Modell, mit dem {run} begonnen wurde, {init}, ist nicht mehr da.</translation>
    </message>
    <message>
      <source>Name where it is now.</source>
      <translation>Geben Sie an, wo es jetzt liegt.</translation>
    </message>
    <message>
      <source>needs a list of at least one stage.</source>
      <translation>braucht eine Liste mit mindestens einer Stufe.</translation>
    </message>
    <message>
      <source>maps names of data sets to numbers &gt;= 0.</source>
      <translation>ordnet Namen von Datensätzen Zahlen &gt;= 0 zu.</translation>
    </message>
    <message>
      <source>is a list of parameter name prefixes.</source>
      <translation>ist eine Liste von Anfängen von Parameternamen.</translation>
    </message>
    <message>
      <source>is {version!r}, this program knows {recipe_version}.</source>
      <translation>ist {version!r}, dieses Programm kennt {recipe_version}.</translation>
    </message>
    <message>
      <source>is {value!r}, not a number &gt;= 0.</source>
      <translation>ist {value!r}, keine Zahl &gt;= 0.</translation>
    </message>
    <message>
      <source>is {value!r}, but at least 1 is needed.</source>
      <translation>ist {value!r}, nötig ist mindestens 1.</translation>
    </message>
    <message>
      <source>is {value!r}, not within 0..1.</source>
      <translation>ist {value!r}, nicht zwischen 0 und 1.</translation>
    </message>
    <message>
      <source>{together} are {total:g} together, more than 1.</source>
      <translation>{together} sind zusammen {total:g}, mehr als 1.</translation>
    </message>
    <message>
      <source>no picture could be used</source>
      <translation>kein Bild war brauchbar</translation>
    </message>
    <message>
      <source>{out} was started with another recipe.</source>
      <translation>{out} wurde mit einem anderen Rezept begonnen.</translation>
    </message>
    <message>
      <source>Resume with the recipe.json in that folder.</source>
      <translation>Setzen Sie mit der recipe.json aus diesem Ordner fort.</translation>
    </message>
    <message>
      <source>The model's family is not known.</source>
      <translation>Die Familie des Modells ist nicht bekannt.</translation>
    </message>
    <message>
      <source>models of the family {name!r} cannot be compressed yet.</source>
      <translation>Modelle der Familie {name!r} lassen sich noch nicht verkleinern.</translation>
    </message>
    <message>
      <source>Choose another teacher.</source>
      <translation>Wählen Sie einen anderen Lehrer.</translation>
    </message>
    <message>
      <source>The file does not hold a complete SAM model.</source>
      <translation>Die Datei enthält kein vollständiges SAM-Modell.</translation>
    </message>
    <message>
      <source>Models of other families (SAM 3, HQ-SAM, EdgeSAM ...) are not supported.</source>
      <translation>Modelle anderer Familien (SAM 3, HQ-SAM, EdgeSAM ...) werden nicht unterstützt.</translation>
    </message>
    <message>
      <source>{name} has the wrong shape.</source>
      <translation>{name} hat die falsche Form.</translation>
    </message>
    <message>
      <source>The encoder of the file is none of SAM 2's four sizes.</source>
      <translation>Der Encoder der Datei hat keine der vier Größen von SAM 2.</translation>
    </message>
    <message>
      <source>{name} cannot be cut in {parts}.</source>
      <translation>{name} lässt sich nicht in {parts} Teile schneiden.</translation>
    </message>
    <message>
      <source>The attention of the file's blocks does not fit together.</source>
      <translation>Die Attention der Blöcke der Datei passt nicht zusammen.</translation>
    </message>
    <message>
      <source>{key} cannot be cut in three.</source>
      <translation>{key} lässt sich nicht dritteln.</translation>
    </message>
    <message>
      <source>{name} cannot be cut into heads.</source>
      <translation>{name} lässt sich nicht in Köpfe teilen.</translation>
    </message>
    <message>
      <source>Another process of this run cannot be reached: {error}</source>
      <translation>Ein anderer Prozess dieses Laufs ist nicht erreichbar: {error}</translation>
    </message>
    <message>
      <source>See its own message; then resume the run.</source>
      <translation>Sehen Sie in dessen eigene Meldung; setzen Sie den Lauf dann fort.</translation>
    </message>
    <message>
      <source>The architecture in the file cannot be built: {e}.</source>
      <translation>Die Architektur in der Datei lässt sich nicht bauen: {e}.</translation>
    </message>
    <message>
      <source>{path} is not of the size that its labels say</source>
      <translation>{path} hat nicht die Größe, die bei seinen Objekten steht</translation>
    </message>
    <message>
      <source>A node has another model {name} than this machine.</source>
      <translation>Ein Rechner des Clusters hat ein anderes Modell {name} als dieser Rechner.</translation>
    </message>
    <message>
      <source>Install the same one on all, or give a file that all of them see.</source>
      <translation>Installieren Sie überall dasselbe, oder geben Sie eine Datei an, die alle sehen.</translation>
    </message>
    <message>
      <source>A node would compute with {theirs}, this machine does with {ours}.</source>
      <translation>Ein Rechner des Clusters würde mit {theirs} rechnen, dieser Rechner mit {ours}.</translation>
    </message>
    <message>
      <source>Name a device and a runtime that all of them have.</source>
      <translation>Nennen Sie ein Gerät und eine Laufzeit, die alle haben.</translation>
    </message>
  </context>
</TS>
