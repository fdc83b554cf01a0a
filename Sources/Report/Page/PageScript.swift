/// The read-out under the pointer. Everything else on the page works without it.
enum PageScript {
    /// Reads each line's `data-points` (`seconds,value` pairs) and shows the nearest ones; text is set, never markup.
    static let source: StaticString = """
        (function(){'use strict';
        var trim=function(v){var s=Math.abs(v);return s>=99.95?Math.round(v).toLocaleString('en'):v.toFixed(s<9.995?2:1)};
        var scaled=function(v,base,units){var i=0;while(Math.abs(v)>=base&&i<units.length-1){v/=base;i++}
        return trim(v)+' '+units[i]};
        var text={'ms':function(v){return v<1?trim(v*1000)+' µs':scaled(v,1000,['ms','s'])},
        'B':function(v){return scaled(v,1024,['B','KiB','MiB','GiB','TiB'])},
        '/s':function(v){return trim(v)+'/s'},'n':function(v){return Math.round(v).toLocaleString('en')},'cpu':trim};
        var clock=function(t){t=Math.round(t*10)/10;var h=Math.floor(t/3600),m=Math.floor(t/60)%60,s=t%60;
        s=Math.round(s*10)/10;return (h?h+'h':'')+(h||m?m+'m':'')+s+'s'};
        document.querySelectorAll('.plot').forEach(function(plot){
        var lines=[].map.call(plot.querySelectorAll('path[data-points]'),function(path){
        return {name:path.dataset.name,points:path.dataset.points.split(' ').filter(Boolean).map(function(p){
        return p.split(',').map(Number)})}}).filter(function(line){return line.points.length});
        if(!lines.length)return;
        var from=+plot.dataset.from,to=+plot.dataset.to,format=text[plot.dataset.unit]||trim,svg=plot.querySelector('svg');
        var cursor=document.createElement('div'),read=document.createElement('div');
        cursor.className='cursor';read.className='read';
        var nearest=function(points,t){var a=0,b=points.length-1;while(b-a>1){var m=(a+b)>>1;
        if(points[m][0]<t)a=m;else b=m}return t-points[a][0]<=points[b][0]-t?points[a]:points[b]};
        var hide=function(){cursor.remove();read.remove()};
        plot.addEventListener('pointerleave',function(event){if(event.pointerType!=='touch')hide()});
        document.addEventListener('pointerdown',function(event){if(!plot.contains(event.target))hide()});
        var show=function(event){
        var box=svg.getBoundingClientRect(),frame=plot.getBoundingClientRect(),part=(event.clientX-box.left)/box.width;
        if(part<0||part>1){hide();return}
        var found=lines.map(function(line){return nearest(line.points,from+part*(to-from))});
        var time=found[0][0],left=box.left-frame.left+(time-from)/(to-from)*box.width;
        read.textContent='';var head=document.createElement('b');head.textContent=clock(time);read.appendChild(head);
        lines.forEach(function(line,i){var row=document.createElement('div');
        var p=found[i];row.textContent=line.name+' '+format(p[1])+
        (p.length>3&&p[3]>p[2]?' ('+format(p[2])+' to '+format(p[3])+')':'');read.appendChild(row)});
        cursor.style.left=left+'px';plot.appendChild(cursor);plot.appendChild(read);
        read.style.left=Math.max(0,left+12+read.offsetWidth>frame.width?left-12-read.offsetWidth:left+12)+'px'};
        plot.addEventListener('pointermove',show);plot.addEventListener('pointerdown',show);
        });})();
        """
}
