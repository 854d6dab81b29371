namespace Webrana.Sandbox.DigitalOcean.Consoles;

/// <summary>
/// What a droplet shows on its screen: a boot message, a prompt, and what is typed. All consoles of one droplet see the same one.
/// </summary>
internal sealed class TextScreen
{
    public const int Columns = 80;
    public const int Lines = 25;

    private readonly Lock _gate = new();
    private readonly char[][] _cells = [.. Enumerable.Range(0, Lines).Select(_ => BlankLine())];
    private readonly string _host;
    private readonly string _system;
    private readonly System.Text.StringBuilder _typed = new();
    private TaskCompletionSource _changed = New();
    private int _line;
    private int _column;

    public TextScreen(string host, string system)
    {
        (_host, _system) = (host, system);
        Write($"{system} {host} tty1\n\nThis is the simulated screen of {host}. It echoes what you type;\nit knows: help, uname, hostname, clear.\n\n");
        Prompt();
    }

    /// <summary>Counts changes.</summary>
    public long Version { get; private set; }

    /// <summary>Completes when something changes after this version.</summary>
    public Task ChangedAsync(long since)
    {
        lock (_gate)
            return Version > since ? Task.CompletedTask : _changed.Task;
    }

    /// <summary>The cells and the cursor of this moment.</summary>
    public (char[][] Cells, int Line, int Column, long Version) Look()
    {
        lock (_gate)
            return ([.. _cells.Select(line => (char[])line.Clone())], _line, _column, Version);
    }

    /// <summary>What it shows, as text.</summary>
    public string Text => string.Join('\n', Look().Cells.Select(line => new string(line).TrimEnd()));

    /// <summary>A key went down.</summary>
    /// <param name="keysym">X11 keysym, as RFB sends it.</param>
    /// <param name="control">Held together with Ctrl and Alt.</param>
    public void Press(uint keysym, bool control)
    {
        lock (_gate)
        {
            switch (keysym)
            {
                case 0xFF0D or 0xFF8D:
                    Run(_typed.ToString().Trim());
                    break;
                case 0xFF08 when _typed.Length > 0:
                    _typed.Length--;
                    Back();
                    break;
                case 0xFFFF when control:
                    Clear();
                    Write($"Restarting system.\n\n{_system} {_host} tty1\n\n");
                    Prompt();
                    break;
                case >= 0x20 and <= 0x7E when _typed.Length < 512:
                    _typed.Append((char)keysym);
                    Put((char)keysym);
                    break;
                default:
                    return;
            }

            Change();
        }
    }

    private void Run(string command)
    {
        Put('\n');
        _typed.Clear();
        switch (command.Split(' ')[0])
        {
            case "":
                break;
            case "clear":
                Clear();
                break;
            case "help":
                Write("help  uname  hostname  clear\n");
                break;
            case "hostname":
                Write(_host + "\n");
                break;
            case "uname":
                Write($"Linux {_host} 6.8.0-simulated x86_64 GNU/Linux\n");
                break;
            default:
                Write($"{command}\n");
                break;
        }

        Prompt();
    }

    private void Prompt() => Write($"root@{_host}:~# ");

    private void Write(string text)
    {
        foreach (var letter in text)
            Put(letter);
    }

    private void Put(char letter)
    {
        if (letter != '\n')
            _cells[_line][_column++] = letter;
        if (letter != '\n' && _column < Columns)
            return;
        (_line, _column) = (_line + 1, 0);
        if (_line < Lines)
            return;
        Array.Copy(_cells, 1, _cells, 0, Lines - 1);
        _cells[Lines - 1] = BlankLine();
        _line = Lines - 1;
    }

    private void Back()
    {
        if (_column == 0)
            (_line, _column) = (Math.Max(0, _line - 1), Columns);
        _cells[_line][--_column] = ' ';
    }

    private void Clear()
    {
        for (var line = 0; line < Lines; line++)
            _cells[line] = BlankLine();
        (_line, _column) = (0, 0);
        _typed.Clear();
    }

    private void Change()
    {
        Version++;
        _changed.SetResult();
        _changed = New();
    }

    private static char[] BlankLine() => [.. Enumerable.Repeat(' ', Columns)];

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
