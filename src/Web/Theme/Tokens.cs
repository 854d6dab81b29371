namespace Webrana.Web.Theme;

/// <summary>One colour, twice: for light and for dark surroundings.</summary>
/// <param name="Name">The CSS variable, without its dashes.</param>
/// <param name="Light">On light.</param>
/// <param name="Dark">On dark.</param>
public sealed record Token(string Name, string Light, string Dark);

/// <summary>
/// Every colour of the panel. Components take these, never a literal. Text tokens have at least 4.5:1 on every background they stand on (a test computes it).
/// Teal acts, amber needs you, red destroys or owes, green runs or credits.
/// </summary>
public static class Tokens
{
    public static readonly Token Background = new("bg", "#FFFFFF", "#0B1220");
    public static readonly Token Subtle = new("bg-subtle", "#F8FAFC", "#0F1829");
    public static readonly Token Surface = new("surface", "#FFFFFF", "#111B2E");
    public static readonly Token Hover = new("surface-hover", "#F1F5F9", "#18243A");
    public static readonly Token Border = new("border", "#E2E8F0", "#22304A");
    public static readonly Token BorderStrong = new("border-strong", "#CBD5E1", "#3A4A68");

    public static readonly Token Text = new("text", "#0F172A", "#E6EDF7");
    public static readonly Token Muted = new("text-muted", "#475569", "#A9B8CE");
    public static readonly Token Faint = new("text-faint", "#5B6B82", "#8FA1BC");

    public static readonly Token Primary = new("primary", "#0F766E", "#2DD4BF");
    public static readonly Token PrimaryHover = new("primary-hover", "#115E59", "#5EEAD4");
    public static readonly Token OnPrimary = new("on-primary", "#FFFFFF", "#042F2A");
    public static readonly Token PrimarySoft = new("primary-soft", "#EFFAF8", "#0E2A33");

    public static readonly Token Warn = new("warn", "#9A4A06", "#FBBF24");
    public static readonly Token WarnMark = new("warn-mark", "#D97706", "#F59E0B");
    public static readonly Token WarnSoft = new("warn-soft", "#FFF8EB", "#2A2113");

    public static readonly Token Danger = new("danger", "#B91C1C", "#FCA5A5");
    public static readonly Token DangerMark = new("danger-mark", "#DC2626", "#F87171");
    public static readonly Token DangerSoft = new("danger-soft", "#FEF2F2", "#2D161B");
    public static readonly Token DangerFill = new("danger-fill", "#C81E1E", "#DC2626");
    public static readonly Token OnDanger = new("on-danger", "#FFFFFF", "#FFFFFF");

    public static readonly Token Good = new("good", "#166534", "#6EE7A0");
    public static readonly Token GoodMark = new("good-mark", "#16A34A", "#22C55E");
    public static readonly Token GoodSoft = new("good-soft", "#F0FBF4", "#0E2A1C");

    public static readonly Token ChartA = new("chart-a", "#0D9488", "#2DD4BF");
    public static readonly Token ChartB = new("chart-b", "#2563EB", "#60A5FA");

    public static readonly Token OffMark = new("off-mark", "#94A3B8", "#64748B");
    public static readonly Token Overlay = new("overlay", "#0F172A73", "#020617B3");

    /// <summary>All of them, in the order they are written out.</summary>
    public static IReadOnlyList<Token> All { get; } =
    [
        Background, Subtle, Surface, Hover, Border, BorderStrong, Text, Muted, Faint, Primary, PrimaryHover, OnPrimary, PrimarySoft,
        Warn, WarnMark, WarnSoft, Danger, DangerMark, DangerSoft, DangerFill, OnDanger, Good, GoodMark, GoodSoft, ChartA, ChartB, OffMark, Overlay,
    ];
}
