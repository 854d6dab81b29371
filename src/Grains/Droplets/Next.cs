namespace Webrana.Grains.Droplets;

/// <summary>What a step of background work says about the next one.</summary>
/// <param name="Again">At once.</param>
/// <param name="Wait">After this; null with <paramref name="Again"/> false: nothing more to do.</param>
internal readonly record struct Next(bool Again, TimeSpan? Wait)
{
    public static readonly Next Now = new(true, null);
    public static readonly Next Idle = new(false, null);

    public static Next In(TimeSpan wait) => new(false, wait);

    /// <summary>Whichever comes first.</summary>
    public Next Or(Next other) => Again || other.Again
        ? Now
        : Wait is { } mine && other.Wait is { } theirs ? In(mine < theirs ? mine : theirs) : new Next(false, Wait ?? other.Wait);
}
