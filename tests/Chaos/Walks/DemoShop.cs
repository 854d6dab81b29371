namespace Webrana.Chaos.Walks;

/// <summary>What the seed sells, and what somebody has who can pay for all of it.</summary>
internal static class DemoShop
{
    public const long Plenty = 1_000_000;

    // The cheapest plan, by the day and by the month.
    public const long ADayIdr = 6_500, AMonthIdr = 129_000;

    public const string Small = "basic-1", Bigger = "basic-2";
}
