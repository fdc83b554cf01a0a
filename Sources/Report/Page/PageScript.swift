/// The read-out under the pointer, and zooming of the time axis. Everything else on the page works without it.
enum PageScript {
    /// Follows ``ChartScript/beginning``. Reads each line's `data-points` (`seconds,value` pairs) and shows the nearest
    /// ones; it sets text, never markup. Charts whose plots have the same `data-time` zoom together and share a cursor.
    static let source: StaticString = """
        var clock=function(t){t=Math.round(t*1000)/1000;var d=Math.floor(t/86400),h=Math.floor(t/3600)%24,
        m=Math.floor(t/60)%60,s=Math.round((t%60)*1000)/1000;
        return (d?d+'d':'')+(h?h+'h':'')+(m?m+'m':'')+(s||!(d||h||m)?s+(t?'s':''):'')};
        var steps=[.001,.002,.005,.01,.02,.05,.1,.2,.5,1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200,10800,21600,43200,86400];
        var add=function(parent,name,values){var node=document.createElementNS(parent.namespaceURI,name);
        for(var key in values)node.setAttribute(key,values[key]);return parent.appendChild(node)};
        var box=function(name,parent){var node=document.createElement('div');node.className=name;
        node.setAttribute('aria-hidden','true');if(parent)parent.appendChild(node);return node};
        var groups={};
        document.querySelectorAll('.plot').forEach(function(plot){
        var lines=[].map.call(plot.querySelectorAll('path[data-points]'),function(path){
        return {name:path.dataset.name,points:path.dataset.points.split(' ').filter(Boolean).map(function(p){
        return p.split(',').map(Number)})}}).filter(function(line){return line.points.length});
        var isTime='time' in plot.dataset;if(!lines.length&&!isTime)return;
        var key=isTime?'t'+plot.dataset.time:'own'+Object.keys(groups).length;
        var group=groups[key]=groups[key]||{charts:[],from:+plot.dataset.from,to:+plot.dataset.to,isTime:isTime};
        group.all=[group.from,group.to];
        group.charts.push({plot:plot,svg:plot.querySelector('svg'),inner:plot.querySelector('svg svg'),lines:lines,
        format:formats[plot.dataset.unit]||trim,cursor:box('cursor'),read:box('read')})});
        Object.keys(groups).forEach(function(key){var group=groups[key];
        var place=function(t){return (t-group.from)/(group.to-group.from)};
        var hide=function(){group.at=null;group.charts.forEach(function(c){c.cursor.remove();c.read.remove()})};
        var show=function(t,only){if(place(t)<0||place(t)>1){hide();return}group.at=t;
        group.charts.forEach(function(c){
        var found=c.lines.map(function(line){return nearest(line.points,t)}),time=found.length?found[0][0]:t;
        if(place(time)<0||place(time)>1)time=t;
        var area=c.svg.getBoundingClientRect(),frame=c.plot.getBoundingClientRect();
        var left=area.left-frame.left+place(time)*area.width;
        c.cursor.style.left=left+'px';if(!c.cursor.parentNode)c.plot.appendChild(c.cursor);
        if(!found.length||(only&&only!==c&&window.innerWidth<640)){c.read.remove();return}
        c.read.textContent='';var head=document.createElement('b');head.textContent=clock(time);c.read.appendChild(head);
        c.lines.forEach(function(line,i){var row=document.createElement('div'),p=found[i];
        row.textContent=line.name+' '+c.format(p[1])+
        (p.length>3&&p[3]>p[2]?' ('+c.format(p[2])+' to '+c.format(p[3])+')':'');c.read.appendChild(row)});
        if(!c.read.parentNode)c.plot.appendChild(c.read);
        c.read.style.left=Math.max(0,left+12+c.read.offsetWidth>frame.width?left-12-c.read.offsetWidth:left+12)+'px'})};
        var draw=function(){var whole=group.all[1]-group.all[0],span=group.to-group.from,isWhole=span>whole*.9999;
        var step=steps.filter(function(s){return s>=span/8})[0]||Math.ceil(span/8/86400)*86400;
        group.charts.forEach(function(c){c.plot.classList.toggle('zoomed',!isWhole);
        c.inner.setAttribute('viewBox',1000*(group.from-group.all[0])/whole+' 0 '+1000*span/whole+' 1000');
        var axes=c.svg.querySelector('.axes');axes.querySelectorAll('.x').forEach(function(node){node.remove()});
        for(var n=Math.ceil(group.from/step-1e-6);n*step<=group.to*(1+2e-3*(isWhole?1:0));n++){
        var x=100*Math.min(1,place(n*step))+'%',kind='x'+(n%2?' minor':'');
        add(axes,'line',{'class':kind,x1:x,x2:x,y1:'0',y2:'100%'});
        add(axes,'text',{'class':kind,x:x,y:'100%',dy:'18'}).textContent=clock(n*step)}
        c.svg.querySelectorAll('[data-t]').forEach(function(node){var at=place(+node.dataset.t);
        node.setAttribute('x',100*at+'%');node.style.display=at<-1e-6||at>1?'none':''})});
        group.buttons.forEach(function(button){if(button.dataset.needs)button.disabled=isWhole})};
        var view=function(from,to){var low=group.all[0],high=group.all[1];
        var span=Math.min(Math.max(to-from,(high-low)/1000),high-low);
        from=Math.min(Math.max(from,low),high-span);group.from=from;group.to=from+span;hide();draw()};
        var zoom=function(factor,at){var t=at==null?(group.from+group.to)/2:at;
        view(t-(t-group.from)*factor,t+(group.to-t)*factor)};
        var shift=function(part){var by=part*(group.to-group.from);view(group.from+by,group.to+by)};
        var timeAt=function(c,event){var area=c.svg.getBoundingClientRect();
        return group.from+(event.clientX-area.left)/area.width*(group.to-group.from)};
        group.charts.forEach(function(c){var start=null,mark=null;
        c.plot.addEventListener('pointerleave',function(event){if(event.pointerType!=='touch'&&start===null)hide()});
        c.plot.addEventListener('pointermove',function(event){var t=timeAt(c,event);show(t,c);
        if(start===null)return;if(!mark)mark=box('mark',c.plot);
        var area=c.svg.getBoundingClientRect(),frame=c.plot.getBoundingClientRect();
        var a=area.left-frame.left+Math.min(Math.max(place(Math.min(start,t)),0),1)*area.width;
        var b=area.left-frame.left+Math.min(Math.max(place(Math.max(start,t)),0),1)*area.width;
        mark.style.left=a+'px';mark.style.width=(b-a)+'px'});
        c.plot.addEventListener('pointerdown',function(event){show(timeAt(c,event),c);
        if(group.isTime&&event.pointerType==='mouse'&&event.button===0){start=timeAt(c,event);
        c.plot.setPointerCapture(event.pointerId);event.preventDefault()}});
        var end=function(event){if(start===null)return;var from=start,to=timeAt(c,event);start=null;
        if(mark){mark.remove();mark=null}
        var width=Math.abs(place(to)-place(from))*c.svg.getBoundingClientRect().width;
        if(event.type==='pointerup'&&width>8)view(Math.min(from,to),Math.max(from,to))};
        c.plot.addEventListener('pointerup',end);c.plot.addEventListener('pointercancel',end);
        if(!group.isTime)return;
        c.plot.addEventListener('dblclick',function(){view(group.all[0],group.all[1])});
        c.plot.addEventListener('wheel',function(event){if(!event.ctrlKey&&!event.shiftKey)return;event.preventDefault();
        if(event.ctrlKey)zoom(event.deltaY>0?1.25:.8,timeAt(c,event));else shift((event.deltaY||event.deltaX)>0?.1:-.1)},
        {passive:false})});
        document.addEventListener('pointerdown',function(event){
        if(!group.charts.some(function(c){return c.plot.contains(event.target)}))hide()});
        group.buttons=[];if(!group.isTime)return;
        var home=group.charts[0].plot.closest('.charts');if(!home)return;
        var bar=document.createElement('div');bar.className='zoom';bar.setAttribute('role','toolbar');
        bar.setAttribute('aria-label','Time shown in the charts');
        [['Zoom in',function(){zoom(.5,group.at)},''],['Zoom out',function(){zoom(2)},'1'],
        ['Earlier',function(){shift(-.5)},'1'],['Later',function(){shift(.5)},'1'],
        ['Whole time',function(){view(group.all[0],group.all[1])},'1']].forEach(function(item){
        var button=document.createElement('button');button.type='button';button.textContent=item[0];
        if(item[2]){button.dataset.needs='1';button.disabled=true}
        button.addEventListener('click',item[1]);group.buttons.push(button);bar.appendChild(button)});
        bar.addEventListener('keydown',function(event){
        var by=event.key==='ArrowRight'?1:event.key==='ArrowLeft'?-1:0;if(!by)return;event.preventDefault();
        var at=group.at==null?(group.from+group.to)/2:group.at;
        show(Math.min(Math.max(at+by*(group.to-group.from)/100,group.from),group.to))});
        home.insertBefore(bar,home.firstChild)});
        })();
        """
}
