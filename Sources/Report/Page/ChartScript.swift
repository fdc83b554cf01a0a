/// The common beginning of the scripts of the report and of the live page: figures with their units, and the point of a
/// line nearest to a time.
enum ChartScript {
    /// Opens the function that contains the whole script, and declares `trim`, `scaled`, `formats` (a function for each
    /// unit of a plot) and `nearest`. The rest of the script closes the function.
    static let beginning: StaticString = """
        (function(){'use strict';
        var trim=function(v){var s=Math.abs(v);return s>=99.95?Math.round(v).toLocaleString('en'):v.toFixed(s<9.995?2:1)};
        var scaled=function(v,base,units){var i=0;while(Math.abs(v)>=base&&i<units.length-1){v/=base;i++}
        return trim(v)+' '+units[i]};
        var formats={'ms':function(v){return v<1?trim(v*1000)+' µs':scaled(v,1000,['ms','s'])},
        'B':function(v){return scaled(v,1024,['B','KiB','MiB','GiB','TiB'])},
        '/s':function(v){return trim(v)+'/s'},'n':function(v){return Math.round(v).toLocaleString('en')},'cpu':trim,
        '%':function(v){return trim(v)+'%'}};
        var nearest=function(points,t){var a=0,b=points.length-1;while(b-a>1){var m=(a+b)>>1;
        if(points[m][0]<t)a=m;else b=m}return t-points[a][0]<=points[b][0]-t?points[a]:points[b]};
        """
}
