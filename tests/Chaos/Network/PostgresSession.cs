using System.Text.RegularExpressions;

namespace Webrana.Chaos.Network;

/// <summary>What becomes of bytes on their way down.</summary>
public enum Passage
{
    /// <summary>They go on, with those that waited.</summary>
    Passes,

    /// <summary>They wait until it is known whether what they answer was committed.</summary>
    Waits,

    /// <summary>It was: they are lost, and the connection with them.</summary>
    Lost,
}

/// <summary>
/// One connection of the product to PostgreSQL, as the wire understands it: whose pool it is, which of its prepared statements write, and when
/// a write is committed. A statement is committed by the Sync behind it, and it has been when the server says that it is ready and idle; so
/// the two moments of <see cref="CommitMoment"/> are exact, whatever the driver does.
/// </summary>
public sealed partial class PostgresSession(FailingWrites failing)
{
    private readonly PostgresMessages _asked = new(fromClient: true, "\0PBSQ");
    private readonly PostgresMessages _answered = new(fromClient: false, "EZ");
    private readonly Dictionary<string, bool> _writes = new(StringComparer.Ordinal);
    private string _pool = "";
    private bool _writing, _refused;
    private volatile bool _answerIsLost;

    /// <summary>Looks at what goes up.</summary>
    /// <returns>False when it must not reach the server: the connection ends before the commit.</returns>
    public bool Asks(ReadOnlySpan<byte> bytes)
    {
        foreach (var (type, body) in _asked.Read(bytes))
        {
            switch (type)
            {
                case '\0' when body is [_, '\u0003', ..]:
                    _pool = PoolOf(body);
                    break;
                case '\0' when body.Length == 4:
                    // Our server encrypts nothing and says so in one byte.
                    _answered.ExpectBareByte();
                    break;
                case 'P':
                    _writes[Word(body, 0)] = Writes().IsMatch(Word(body, 1));
                    break;
                case 'B':
                    _writing |= _writes.GetValueOrDefault(Word(body, 1));
                    break;
                case 'S' when _writing:
                    _writing = false;
                    if (!MayCommit())
                        return false;
                    break;
                case 'Q' when Writes().IsMatch(body):
                    if (!MayCommit())
                        return false;
                    break;
            }
        }

        return true;
    }

    /// <summary>Looks at what comes down.</summary>
    public Passage Answers(ReadOnlySpan<byte> bytes)
    {
        var messages = _answered.Read(bytes);
        if (!_answerIsLost)
            return Passage.Passes;
        foreach (var (type, body) in messages)
        {
            if (type == 'E')
            {
                _refused = true;
                continue;
            }

            // Refused by the server, or in a transaction whose commit is still to come: nothing to lose yet.
            _answerIsLost = false;
            if (_refused || body != "I")
                return Passage.Passes;
            failing.Strike(_pool, CommitMoment.After);
            return Passage.Lost;
        }

        return Passage.Waits;
    }

    private bool MayCommit()
    {
        switch (failing.Next(_pool))
        {
            case CommitMoment.Before:
                failing.Strike(_pool, CommitMoment.Before);
                return false;
            case CommitMoment.After:
                _refused = false;
                _answerIsLost = true;
                return true;
            default:
                return true;
        }
    }

    private static string PoolOf(string startUp)
    {
        const string product = "webrana ";
        var words = startUp[4..].Split('\0');
        var at = Array.IndexOf(words, "application_name") + 1;
        return at > 0 && at < words.Length && words[at].StartsWith(product, StringComparison.Ordinal) ? words[at][product.Length..] : "";
    }

    private static string Word(string body, int number)
    {
        var words = body.Split('\0', number + 2);
        return number < words.Length ? words[number] : "";
    }

    // What only locks (FOR UPDATE) writes nothing.
    [GeneratedRegex(@"\b(insert\s+into|delete\s+from|commit)\b|(?<!\bfor\s+(no\s+key\s+)?)\bupdate\b", RegexOptions.IgnoreCase)]
    private static partial Regex Writes();
}
