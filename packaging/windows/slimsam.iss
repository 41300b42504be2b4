; An installer for Windows, made by Inno Setup 6 from what packaging/bundle.spec builds there. Tried under Wine alone, with
; files that stand for the program.
;   iscc /DVersion=1.2.3 packaging\windows\slimsam.iss      (dist\SlimSAM must exist)
#ifndef Version
  #error Give the version: iscc /DVersion=1.2.3
#endif

[Setup]
AppId={{B6A3D0D2-64C7-4C5B-9C0B-2B3F1D7B5E11}
AppName=SlimSAM
AppVersion={#Version}
AppPublisher=The SlimSAM desktop maintainers
DefaultDirName={autopf}\SlimSAM
DefaultGroupName=SlimSAM
DisableProgramGroupPage=yes
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=SlimSAM-{#Version}-x64-setup
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ChangesAssociations=yes
ChangesEnvironment=yes
Compression=lzma2/max
SolidCompression=yes
UninstallDisplayIcon={app}\slimsam-app.exe
WizardStyle=modern

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"
Name: "german"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[Files]
Source: "..\..\dist\SlimSAM\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[InstallDelete]
; what an older version brought and this one does not
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{group}\SlimSAM"; Filename: "{app}\slimsam-app.exe"; AppUserModelID: "org.slimsam.SlimSAM"
Name: "{autodesktop}\SlimSAM"; Filename: "{app}\slimsam-app.exe"; AppUserModelID: "org.slimsam.SlimSAM"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.slimsam"; ValueType: string; ValueData: "SlimSAM.Project"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\SlimSAM.Project"; ValueType: string; ValueData: "SlimSAM project"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\SlimSAM.Project\shell\open\command"; ValueType: string; ValueData: """{app}\slimsam-app.exe"" ""%1"""

[Run]
Filename: "{app}\slimsam-app.exe"; Description: "{cm:LaunchProgram,SlimSAM}"; Flags: nowait postinstall skipifsilent
