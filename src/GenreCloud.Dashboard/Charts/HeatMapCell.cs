namespace GenreCloud.Dashboard.Charts;

/// <summary>A cell of a heat map, from 0.</summary>
public readonly record struct HeatMapCell(int Row, int Column);
