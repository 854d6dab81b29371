namespace Webrana.Contracts;

/// <summary>
/// How long a caller waits for a grain before it asks again, as <c>ResponseTimeout</c> takes it. A method that carries one of these promises
/// two things: it does not last that long when all is well, and asking again changes nothing but the waiting: the second call joins the
/// first, is answered with its outcome, or reads once more. So the API repeats it by itself (ADR 50). Whatever waits for the provider, the
/// gateway or a customer's server without such a promise carries none, and Orleans' own thirty seconds hold.
/// </summary>
public static class AnswerWithin
{
    /// <summary>
    /// Reads, and commands that end with one write of ours. Orleans looks at its clock once a second, so this is five to six seconds: a
    /// killed silo is noticed in that time too, and the call after it finds the next one.
    /// </summary>
    public const string Short = "00:00:05";

    /// <summary>
    /// What a customer waits for and may wait for others: the catalogue of the provider, the gateway's transaction. Asked again it joins what
    /// is under way, so nothing is cut off by it.
    /// </summary>
    public const string Long = "00:00:15";
}
