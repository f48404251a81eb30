using MudBlazor;

namespace GenreCloud.Dashboard.Layout;

/// <summary>
/// The colours, light and dark; every text has a contrast of at least 4.5 to 1 with what it stands on (WCAG 2.2 AA). Both are in the page, and an attribute of
/// its root chooses (theme.js): the server need not know which one a browser prefers.
/// </summary>
internal static class DashboardTheme
{
    private static readonly string[] SystemFonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Ubuntu", "Cantarell", "Noto Sans", "sans-serif"];

    public static MudTheme Light { get; } = Create(":root");

    public static MudTheme Dark { get; } = Create(":root[data-theme=dark]");

    private static MudTheme Create(string scope) => new()
    {
        PseudoCss = new PseudoCss { Scope = scope },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = SystemFonts },
            Button = new ButtonTypography { FontFamily = SystemFonts, TextTransform = "none" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        PaletteLight = new PaletteLight
        {
            Primary = "#5535b0",
            PrimaryContrastText = "#ffffff",
            Secondary = "#a3124f",
            SecondaryContrastText = "#ffffff",
            Tertiary = "#00636b",
            Info = "#0b5cab",
            Success = "#17652f",
            Warning = "#7d4a00",
            WarningContrastText = "#ffffff",
            Error = "#b3261e",
            Background = "#fafafc",
            BackgroundGray = "#f0eff5",
            Surface = "#ffffff",
            TextPrimary = "#1b1b22",
            TextSecondary = "#52525c",
            TextDisabled = "#6b6b76",
            ActionDefault = "#52525c",
            AppbarBackground = "#2b1f57",
            AppbarText = "#ffffff",
            LinesDefault = "#d9d7e2",
            LinesInputs = "#77747f",
            TableLines = "#d9d7e2",
            Divider = "#d9d7e2",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#c3adff",
            PrimaryContrastText = "#1d1038",
            Secondary = "#ff9cc4",
            SecondaryContrastText = "#3d0a22",
            Tertiary = "#7fd6de",
            TertiaryContrastText = "#00282b",
            Info = "#8cc8ff",
            InfoContrastText = "#00213d",
            Success = "#7fdba0",
            SuccessContrastText = "#04290f",
            Warning = "#ffc46b",
            WarningContrastText = "#2e1b00",
            Error = "#ffb4ab",
            ErrorContrastText = "#3b0703",
            Background = "#14131a",
            BackgroundGray = "#1a1922",
            Surface = "#1e1c26",
            TextPrimary = "#ecebf2",
            TextSecondary = "#bab6c8",
            TextDisabled = "#918da0",
            ActionDefault = "#bab6c8",
            AppbarBackground = "#1f1a36",
            AppbarText = "#ecebf2",
            LinesDefault = "#3a3745",
            LinesInputs = "#8d899b",
            TableLines = "#3a3745",
            Divider = "#3a3745",
        },
    };
}
